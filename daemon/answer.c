#include "daemon/answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <time.h>

const char answer_json[] = "application/json";

/* ---- The head -------------------------------------------------------------------------------- */

static const char *reason_phrase(int status) {
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {400, "Bad Request"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {431, "Request Header Fields Too Large"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Internal Server Error";
}

/* RFC 9110, 6.6.1; the same for a whole second. */
static const char *date(void) {
    static _Thread_local time_t second;
    static _Thread_local char text[40];
    time_t now = time(NULL);
    if (now != second) {
        struct tm parts;
        second = now;
        gmtime_r(&now, &parts);
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    }
    return text;
}

void answer_head(struct answer *answer, const struct answer_head *head, size_t size) {
    const char *connection = "";
    if (!head->keep_alive)
        connection = "Connection: close\r\n";
    else if (head->minor == 0)
        connection = "Connection: keep-alive\r\n";
    int written = snprintf(answer->head, sizeof answer->head,
                           "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %s\r\n"
                           "Content-Length: %zu\r\n%s%s\r\n",
                           head->status, reason_phrase(head->status), date(), head->type, size,
                           head->extra, connection);
    answer->head_size = written < 0 ? 0 : (size_t)written;
}

const char *answer_extra(int status) {
    return status == 503 ? "Retry-After: 1\r\n" : "";
}

/* ---- Sending --------------------------------------------------------------------------------- */

enum answer_result answer_write(struct answer *answer, int descriptor) {
    char newline[] = "\n";
    size_t total = answer->head_size + answer->body_size + (answer->newline ? 1 : 0);
    while (answer->sent < total) {
        struct iovec parts[] = {
            {answer->head, answer->head_size},
            {answer->body, answer->body_size},
            {newline, answer->newline ? 1 : 0},
        };
        size_t skip = answer->sent;
        for (size_t i = 0; i < 3; i++) {
            size_t gone = skip < parts[i].iov_len ? skip : parts[i].iov_len;
            if (gone > 0)
                parts[i].iov_base = (char *)parts[i].iov_base + gone;
            parts[i].iov_len -= gone;
            skip -= gone;
        }
        ssize_t count = writev(descriptor, parts, 3);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno == EAGAIN ? ANSWER_WAITS : ANSWER_LOST;
        answer->sent += (size_t)count;
    }
    return ANSWER_SENT;
}

void answer_clear(struct answer *answer) {
    free(answer->body);
    answer->body = NULL;
    answer->head_size = answer->body_size = answer->sent = 0;
    answer->newline = false;
}
