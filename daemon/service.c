#include "daemon/service.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

int service_socket(char *message, size_t message_size) {
    int count = sd_listen_fds(1);
    if (count == 0)
        return -1;
    if (count != 1) {
        snprintf(message, message_size,
                 "the service manager passed %d descriptors; exactly one socket is wanted", count);
        return -2;
    }
    if (sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) <= 0) {
        snprintf(message, message_size,
                 "what the service manager passed is not a listening Unix stream socket");
        return -2;
    }
    return SD_LISTEN_FDS_START;
}

uint64_t service_watchdog_usec(void) {
    uint64_t usec = 0;
    return sd_watchdog_enabled(1, &usec) > 0 ? usec : 0;
}

void service_tell(const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    sd_notify(0, text);
}
#else
int service_socket(char *message, size_t message_size) {
    (void)message;
    (void)message_size;
    return -1;
}

uint64_t service_watchdog_usec(void) {
    return 0;
}

void service_tell(const char *format, ...) {
    (void)format;
}
#endif
