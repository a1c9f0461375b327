/* khulasa: summarize, analyze, train, evaluate, status. */
#include <stdio.h>
#include <string.h>

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

int main(int argc, char **argv) {
    json_object_seed(0);
    openblas_set_num_threads(1); /* the work is spread over articles */
    if (argc < 2) {
        fputs(help_khulasa, stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("khulasa %s\n", khulasa_version());
        return fflush(stdout) == 0 ? EXIT_GOOD : EXIT_SOME_FAILED;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        fputs(help_khulasa, stdout);
        return fflush(stdout) == 0 ? EXIT_GOOD : EXIT_SOME_FAILED;
    }
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, name) == 0)
            return (int)commands[i].run(argc - 1, argv + 1);
    report("%s is not a command of khulasa", name);
    report("see 'khulasa --help'");
    return EXIT_USAGE;
}
