#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Compiled without sanitizers (see meson.build), for it is called before they are ready. */
#ifdef SANITIZED
#define BEHIND(name) __interceptor_##name
#else
#define BEHIND(name) __libc_##name
#endif

/* The names are those of the implementation that stands behind ours. */
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
void *BEHIND(malloc)(size_t size);
void *BEHIND(calloc)(size_t count, size_t size);
void *BEHIND(realloc)(void *block, size_t size);
void BEHIND(free)(void *block);
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

static struct faults own;
struct faults *faults = &own;

__attribute__((constructor)) static void map_faults(void) {
    const char *path = getenv("TORTURE_FILE");
    int descriptor = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor < 0)
        return;
    void *there =
        mmap(NULL, sizeof(struct faults), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (there != MAP_FAILED)
        faults = there;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static bool fails(void) {
    long long number = atomic_fetch_add(&faults->allocations, 1) + 1;
    long long first = atomic_load(&faults->fail_at), count = atomic_load(&faults->fail_count);
    if (first == 0 || number < first || number - first >= (count > 0 ? count : 1))
        return false;
    atomic_fetch_add(&faults->failed, 1);
    errno = ENOMEM;
    return true;
}

static void *counted(void *block) {
    if (block != NULL)
        atomic_fetch_add(&faults->live, 1);
    return block;
}

void *malloc(size_t size) {
    return fails() ? NULL : counted(BEHIND(malloc)(size));
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : counted(BEHIND(calloc)(count, size));
}

void *realloc(void *block, size_t size) {
    if (fails())
        return NULL;
    void *moved = BEHIND(realloc)(block, size);
    return block == NULL ? counted(moved) : moved;
}

void free(void *block) {
    if (block != NULL)
        atomic_fetch_sub(&faults->live, 1);
    BEHIND(free)(block);
}

/* Those of the sanitizers do not come by our malloc(). */
char *strndup(const char *text, size_t most) {
    size_t size = strnlen(text, most);
    char *copy = malloc(size + 1);
    if (copy != NULL) {
        memcpy(copy, text, size);
        copy[size] = '\0';
    }
    return copy;
}

char *strdup(const char *text) {
    return strndup(text, strlen(text));
}

/* ---- Sockets --------------------------------------------------------------------------------- */

static bool is_socket(int descriptor) {
    int type;
    socklen_t size = sizeof type;
    return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/* Whether this call is refused, with errno saying how; else errno is as it was, and *one_byte says
 * whether no more than that goes through. */
static bool io_refused(int descriptor, bool *one_byte) {
    long long mode = atomic_load(&faults->io);
    int before = errno;
    *one_byte = false;
    if ((mode & (FAULT_SHORT | FAULT_EINTR | FAULT_EAGAIN)) == 0 || !is_socket(descriptor)) {
        errno = before;
        return false;
    }
    *one_byte = (mode & FAULT_SHORT) != 0;
    long long turn = atomic_fetch_add(&faults->io_turn, 1);
    if ((mode & (FAULT_EINTR | FAULT_EAGAIN)) == 0 || turn % 3 == 2)
        return false;
    bool both = (mode & FAULT_EINTR) != 0 && (mode & FAULT_EAGAIN) != 0;
    bool interrupted = both ? turn % 3 == 0 : (mode & FAULT_EINTR) != 0;
    errno = interrupted ? EINTR : EAGAIN;
    return true;
}

ssize_t read(int descriptor, void *bytes, size_t size) {
    bool one_byte;
    if (io_refused(descriptor, &one_byte))
        return -1;
    return syscall(SYS_read, descriptor, bytes, one_byte && size > 1 ? 1 : size);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    bool one_byte;
    if (io_refused(descriptor, &one_byte))
        return -1;
    if (!one_byte)
        return syscall(SYS_writev, descriptor, parts, count);
    while (count > 1 && parts->iov_len == 0) {
        parts++;
        count--;
    }
    struct iovec one = {parts->iov_base, parts->iov_len > 0 ? 1 : 0};
    return syscall(SYS_writev, descriptor, &one, 1);
}

int accept4(int descriptor, struct sockaddr *address, socklen_t *size, int flags) {
    if ((atomic_load(&faults->io) & FAULT_ACCEPT) != 0) {
        errno = EMFILE;
        return -1;
    }
    return (int)syscall(SYS_accept4, descriptor, address, size, flags);
}

/* ---- Clocks ---------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *out) {
    int result = (int)syscall(SYS_clock_gettime, clock, out);
    if (result != 0)
        return result;
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        out->tv_sec += atomic_load(&faults->realtime_s);
    if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME) {
        long long added = atomic_load(&faults->monotonic_ms);
        out->tv_sec += added / 1000;
        out->tv_nsec += added % 1000 * 1000000;
        if (out->tv_nsec >= 1000000000) {
            out->tv_nsec -= 1000000000;
            out->tv_sec++;
        }
    }
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
