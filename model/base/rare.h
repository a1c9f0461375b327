/* What few texts need is neither inlined nor laid beside what all of them do. */
#ifndef KHULASA_BASE_RARE_H
#define KHULASA_BASE_RARE_H

#define RARE __attribute__((cold, noinline))

#endif
