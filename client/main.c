/* khulasa: summarize, analyze, train, evaluate, status. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cblas.h>
#include <jansson.h>

#include "client/commands.h"
#include "client/options.h"
#include "khulasa.h"

static const struct {
    const char *name;
    enum exit_status (*run)(int argc, char **argv);
} commands[] = {
    {"summarize", command_summarize}, {"analyze", command_analyze}, {"train", command_train},
    {"evaluate", command_evaluate},   {"status", command_status},
};

/* What is closed stays unusable, but is held: no file that is opened later takes its number. */
static void hold_standard_descriptors(void) {
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return;
}

/* The status, where all that was printed has gone out. */
static int finished(enum exit_status status) {
    return flush_output() || status != EXIT_GOOD ? (int)status : EXIT_SOME_FAILED;
}

int main(int argc, char **argv) {
    hold_standard_descriptors();
    json_object_seed(0);
    openblas_set_num_threads(1); /* the work is spread over articles */
    if (argc < 2) {
        fputs(help_khulasa, stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("khulasa %s\n", khulasa_version());
        return finished(EXIT_GOOD);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        fputs(help_khulasa, stdout);
        return finished(EXIT_GOOD);
    }
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, name) == 0)
            return finished(commands[i].run(argc - 1, argv + 1));
    report("%s is not a command of khulasa", name);
    report("see 'khulasa --help'");
    return EXIT_USAGE;
}
