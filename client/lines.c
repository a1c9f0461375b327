#include "client/lines.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "wire/out.h"

#define GATHERED 65536

static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};

/* The one standard output there is. */
static struct out gathered;
static int fault;
static volatile sig_atomic_t writing, interrupted;

/* Ends the program as the signal does by itself: at once, or where a line goes out, behind it. The
 * action is the default one again. */
static void on_interrupt(int number) {
    if (writing)
        interrupted = number;
    else
        raise(number);
}

void lines_begin(void) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(interrupts) / sizeof(interrupts[0]); i++)
        if (sigaction(interrupts[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(interrupts[i], &action, NULL);
}

void lines_add(const char *bytes, size_t size) {
    out_raw(&gathered, bytes, size);
}

/* Writes all, or as far as the end of a line once there is an interrupt. */
static void write_lines(void) {
    size_t done = 0;
    while (fault == 0 && done < gathered.size) {
        size_t left = gathered.size - done;
        if (interrupted && (done == 0 || gathered.bytes[done - 1] == '\n'))
            return;
        if (interrupted)
            left = (size_t)((char *)memchr(gathered.bytes + done, '\n', left) + 1 -
                            (gathered.bytes + done));
        ssize_t size = write(STDOUT_FILENO, gathered.bytes + done, left);
        if (size >= 0)
            done += (size_t)size;
        else if (errno != EINTR)
            fault = errno;
    }
}

static void hand_on(void) {
    if (gathered.failed && fault == 0)
        fault = ENOMEM;
    writing = 1;
    write_lines();
    writing = 0;
    if (interrupted)
        raise(interrupted);
    gathered.size = 0;
}

void lines_end(void) {
    out_raw(&gathered, "\n", 1);
    if (gathered.size >= GATHERED || gathered.failed)
        hand_on();
}

int lines_flush(void) {
    hand_on();
    out_clear(&gathered);
    return fault;
}
