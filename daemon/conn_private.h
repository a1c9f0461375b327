/*
 * What the files of a connection have of each other:
 *
 *     conn.c         its life, its events and deadlines, writing
 *     conn_buffer.c  the buffer, the charge for it, waiting for room
 *     conn_read.c    bytes in, and where a request ends in them
 */
#ifndef KHULASA_DAEMON_CONN_PRIVATE_H
#define KHULASA_DAEMON_CONN_PRIVATE_H

#include "daemon/conn.h"

/* Frees the buffer with all that is in it, and gives back its charge. */
void conn_drop_buffer(struct conn *conn);
/* Takes a CONN_WAITING connection out of the queue for room; the caller gives it its next state. */
void conn_stop_waiting(struct conn *conn);

/* Reads once. True when there is something new: bytes, or the end. */
bool conn_read_bytes(struct conn *conn);
/* Behind a refusal: reads and throws away, so that the client's sending ends and it reads. */
void conn_linger(struct conn *conn);

#endif
