/*
 * The service manager: the socket it passes, and what it is told. Without libsystemd, or not
 * started by it, there is no socket and telling does nothing.
 *
 * Threads: the event loop only.
 */
#ifndef KHULASA_DAEMON_SERVICE_H
#define KHULASA_DAEMON_SERVICE_H

#include <stddef.h>
#include <stdint.h>

/* The one listening Unix stream socket that was passed; -1: none was passed; -2: something else
 * was, and message says what. */
int service_socket(char *message, size_t message_size);

/* Microseconds within which the watchdog wants to hear of us; 0: it does not. */
uint64_t service_watchdog_usec(void);

/* sd_notify(3) assignments, one a line. */
void service_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
