/*
 * Runs a program as shut in as the service unit has it: what the service manager would do, for a
 * test that is no service. It takes the place of khulasad in the tests:
 *
 *     SANDBOX_PLAN    the file that sandbox_plan.py has made of the unit
 *     SANDBOX_PROGRAM the program, which gets the arguments as they are
 *     SANDBOX_CHECK   set: says what cannot be done here, and ends: 0, or 77 without seccomp
 *
 * What the process may do in a container decides which namespaces there are; where one cannot be
 * had, the program runs without it. Seccomp, without which nothing would be proven, must be had.
 *
 * Other than under the manager: the user stays who it is; the folder of --socket stays writable.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CANNOT = 77, BROKEN = 78 };

static bool checking;

/* Where the program runs, its standard error is a daemon's log, and takes no remarks. */
static void remark(const char *what) {
    if (checking)
        printf("not here: %s: %s\n", what, strerror(errno));
}

__attribute__((noreturn, format(printf, 2, 3))) static void die(int status, const char *format,
                                                                ...) {
    va_list values;
    va_start(values, format);
    vfprintf(checking ? stdout : stderr, format, values);
    va_end(values);
    fputc('\n', checking ? stdout : stderr);
    exit(status);
}

/* ---- The plan -------------------------------------------------------------------------------- */

enum { MAX_LINES = 1024 };
static char *lines[MAX_LINES];
static size_t line_count;

static void read_plan(const char *path) {
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    char line[256];
    if (file == NULL)
        die(BROKEN, "SANDBOX_PLAN: %s", strerror(errno));
    while (line_count < MAX_LINES && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        lines[line_count] = strdup(line);
        if (lines[line_count++] == NULL)
            die(BROKEN, "out of memory");
    }
    fclose(file);
}

/* The argument of the first line of that name; NULL: there is none. */
static const char *planned(const char *name) {
    size_t size = strlen(name);
    for (size_t i = 0; i < line_count; i++)
        if (strncmp(lines[i], name, size) == 0 && (lines[i][size] == ' ' || lines[i][size] == '\0'))
            return lines[i] + size + (lines[i][size] == ' ');
    return NULL;
}

/* ---- Namespaces and files -------------------------------------------------------------------- */

static bool enter(const char *name, int flag) {
    if (planned(name) == NULL)
        return false;
    if (unshare(flag) == 0)
        return true;
    remark(name);
    return false;
}

static int set_read_only(const char *path, bool read_only, unsigned flags) {
    struct mount_attr attributes = {0};
    *(read_only ? &attributes.attr_set : &attributes.attr_clr) = MOUNT_ATTR_RDONLY;
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes);
}

/* An empty folder in place of that one, unless something that is needed lies there. */
static void hide(const char *folder, const char *const *needed) {
    size_t size = strlen(folder);
    for (; *needed != NULL; needed++)
        if (strncmp(*needed, folder, size) == 0 && (*needed)[size] == '/')
            return;
    if (mount("tmpfs", folder, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k") != 0 &&
        errno != ENOENT)
        remark(folder);
}

/* A /dev with the devices that PrivateDevices= leaves. */
static void hide_devices(void) {
    static const char *const kept[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                       "/dev/random", "/dev/urandom", "/dev/tty"};
    enum { KEPT = sizeof kept / sizeof kept[0] };
    int devices[KEPT];
    for (size_t i = 0; i < KEPT; i++)
        devices[i] = open(kept[i], O_PATH | O_CLOEXEC);
    if (mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "size=4k") != 0) {
        remark("hide-devices");
        return;
    }
    for (size_t i = 0; i < KEPT; i++) {
        char source[64];
        snprintf(source, sizeof source, "/proc/self/fd/%d", devices[i]);
        int place = open(kept[i], O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (place >= 0)
            close(place);
        if (devices[i] >= 0 && mount(source, kept[i], NULL, MS_BIND, NULL) != 0)
            remark(kept[i]);
        if (devices[i] >= 0)
            close(devices[i]);
    }
}

static void shut_in_files(const char *program, const char *socket) {
    if (!enter("private-mounts", CLONE_NEWNS))
        return;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        die(BROKEN, "private mounts: %s", strerror(errno));
    char writable[4096];
    snprintf(writable, sizeof writable, "%s", socket);
    char *slash = strrchr(writable, '/');
    if (slash != NULL)
        *slash = '\0';
    bool has_folder = writable[0] == '/' && access(writable, W_OK) == 0;
    if (planned("own-proc") != NULL &&
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "hidepid=invisible,subset=pid") != 0)
        remark("own-proc");
    const char *const needed[] = {program, socket, getenv("SANDBOX_PLAN"), NULL};
    if (planned("hide-homes") != NULL) {
        hide("/home", needed);
        hide("/root", needed);
        hide("/run/user", needed);
    }
    if (planned("hide-devices") != NULL)
        hide_devices();
    if (planned("read-only") == NULL)
        return;
    if (set_read_only("/", true, AT_RECURSIVE) != 0)
        remark("read-only");
    else if (has_folder && (mount(writable, writable, NULL, MS_BIND, NULL) != 0 ||
                            set_read_only(writable, false, 0) != 0))
        die(BROKEN, "%s cannot be made writable: %s", writable, strerror(errno));
}

/* ---- The process ----------------------------------------------------------------------------- */

static void lower_limit(const char *name, int resource) {
    const char *value = planned(name);
    struct rlimit limit;
    if (value == NULL || getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return;
    rlim_t most = strtoul(value, NULL, 10);
    if (limit.rlim_max > most)
        limit.rlim_max = most;
    if (limit.rlim_cur > most)
        limit.rlim_cur = most;
    setrlimit((__rlimit_resource_t)resource, &limit);
}

static void set_variable(const char *assignment) {
    char name[256];
    snprintf(name, sizeof name, "%s", assignment);
    char *equals = strchr(name, '=');
    if (equals == NULL)
        die(BROKEN, "no variable: %s", assignment);
    *equals = '\0';
    if (setenv(name, equals + 1, 1) != 0)
        die(BROKEN, "out of memory");
}

static void drop_capabilities(void) {
    if (planned("no-capabilities") == NULL)
        return;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned long i = 0; i < 64 && prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
        prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
    if (syscall(SYS_capset, &header, none) != 0)
        die(BROKEN, "capabilities: %s", strerror(errno));
}

/* ---- System calls ---------------------------------------------------------------------------- */

/* Two filters, of which the stricter wins: one refuses some arguments, the other all calls that are
 * not on the list. */
static scmp_filter_ctx arguments_filter, calls_filter;

static void check(int result) {
    if (result != 0)
        die(BROKEN, "seccomp: %s", strerror(-result));
}

/* A call with these arguments is refused with that error. */
static void refuse(int error, int call, unsigned count, struct scmp_arg_cmp a,
                   struct scmp_arg_cmp b) {
    const struct scmp_arg_cmp arguments[] = {a, b};
    check(seccomp_rule_add_array(arguments_filter, SCMP_ACT_ERRNO((uint16_t)error), call, count,
                                 arguments));
}

#define BITS(argument, mask) SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, mask, mask)
#define NONE ((struct scmp_arg_cmp){0})

/* As systemd does it without PR_SET_MDWE: nothing is made executable that may have been written. */
static void refuse_write_execute(void) {
    refuse(EPERM, SCMP_SYS(mmap), 1, BITS(2, PROT_WRITE | PROT_EXEC), NONE);
    refuse(EPERM, SCMP_SYS(mprotect), 1, BITS(2, PROT_EXEC), NONE);
    refuse(EPERM, SCMP_SYS(pkey_mprotect), 1, BITS(2, PROT_EXEC), NONE);
    refuse(EPERM, SCMP_SYS(shmat), 1, BITS(2, SHM_EXEC), NONE);
}

static void refuse_namespaces(void) {
    static const unsigned flags[] = {CLONE_NEWNS,  CLONE_NEWUTS,    CLONE_NEWIPC, CLONE_NEWUSER,
                                     CLONE_NEWPID, CLONE_NEWCGROUP, CLONE_NEWNET};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        refuse(EPERM, SCMP_SYS(clone), 1, BITS(0, flags[i]), NONE);
        refuse(EPERM, SCMP_SYS(unshare), 1, BITS(0, flags[i]), NONE);
    }
    refuse(EPERM, SCMP_SYS(setns), 0, NONE, NONE);
    refuse(ENOSYS, SCMP_SYS(clone3), 0, NONE, NONE); /* its flags cannot be seen */
}

static void refuse_set_id(void) {
    static const unsigned modes[] = {S_ISUID, S_ISGID};
    for (size_t i = 0; i < 2; i++) {
        refuse(EPERM, SCMP_SYS(chmod), 1, BITS(1, modes[i]), NONE);
        refuse(EPERM, SCMP_SYS(fchmod), 1, BITS(1, modes[i]), NONE);
        refuse(EPERM, SCMP_SYS(fchmodat), 1, BITS(2, modes[i]), NONE);
        refuse(EPERM, SCMP_SYS(mkdir), 1, BITS(1, modes[i]), NONE);
        refuse(EPERM, SCMP_SYS(mkdirat), 1, BITS(2, modes[i]), NONE);
    }
}

static void refuse_realtime(void) {
    for (unsigned long policy = 1; policy <= 6; policy++)
        if (policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE)
            refuse(EPERM, SCMP_SYS(sched_setscheduler), 1, SCMP_A1_64(SCMP_CMP_EQ, policy, 0),
                   NONE);
}

/* Of another architecture: killed, which is libseccomp's default and native-calls-only. */
static void make_filters(void) {
    arguments_filter = seccomp_init(SCMP_ACT_ALLOW);
    calls_filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (arguments_filter == NULL || calls_filter == NULL || planned("refuse-with-eperm") == NULL ||
        planned("native-calls-only") == NULL || planned("no-new-privileges") == NULL)
        die(BROKEN, "seccomp: no filter can be made of the plan");
    if (planned("no-write-execute") != NULL)
        refuse_write_execute();
    if (planned("no-namespaces") != NULL)
        refuse_namespaces();
    if (planned("no-set-id") != NULL)
        refuse_set_id();
    if (planned("no-realtime") != NULL)
        refuse_realtime();
    if (planned("unix-sockets-only") != NULL)
        refuse(EAFNOSUPPORT, SCMP_SYS(socket), 1, SCMP_A0_64(SCMP_CMP_NE, AF_UNIX, 0), NONE);
    if (planned("lock-personality") != NULL)
        refuse(EPERM, SCMP_SYS(personality), 1, SCMP_A0_64(SCMP_CMP_NE, 0, 0), NONE);
    for (size_t i = 0; i < line_count; i++) {
        if (strncmp(lines[i], "call ", 5) != 0)
            continue;
        int call = seccomp_syscall_resolve_name(lines[i] + 5);
        if (call >= 0) /* some belong to other architectures, or are newer than libseccomp */
            check(seccomp_rule_add(calls_filter, SCMP_ACT_ALLOW, call, 0));
    }
}

static void load_filters(void) {
    int result = seccomp_load(arguments_filter);
    if (result == 0)
        result = seccomp_load(calls_filter);
    if (result != 0)
        die(CANNOT, "seccomp cannot be set here: %s", strerror(-result));
}

/* ---------------------------------------------------------------------------------------------- */

static const char *socket_argument(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--socket") == 0)
            return argv[i + 1];
    return "";
}

int main(int argc, char **argv) {
    const char *program = getenv("SANDBOX_PROGRAM");
    checking = getenv("SANDBOX_CHECK") != NULL;
    if (program == NULL)
        die(BROKEN, "SANDBOX_PROGRAM is not set");
    read_plan(getenv("SANDBOX_PLAN"));
    enter("private-network", CLONE_NEWNET);
    enter("private-ipc", CLONE_NEWIPC);
    enter("private-hostname", CLONE_NEWUTS);
    shut_in_files(program, socket_argument(argc, argv));
    lower_limit("limit-core", RLIMIT_CORE);
    lower_limit("limit-nofile", RLIMIT_NOFILE);
    const char *mask = planned("umask"), *variable = planned("environment");
    if (mask != NULL)
        umask((mode_t)strtoul(mask, NULL, 8));
    if (variable != NULL)
        set_variable(variable);
    make_filters();
    drop_capabilities();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        die(CANNOT, "no new privileges: %s", strerror(errno));
    load_filters();
    if (checking)
        return 0;
    execv(program, argv);
    die(BROKEN, "%s: %s", program, strerror(errno));
}
