#include "daemon/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "khulasa.h"

enum { OPTION_CONFIG = 1, OPTION_PRINT, OPTION_CHECK, OPTION_VERSION, OPTION_SETTING = 1000 };

static void flag_name(const struct setting *setting, char name[64]) {
    size_t i = 0;
    for (; i < 63 && setting->name[i] != '\0'; i++)
        name[i] = setting->name[i] == '_' ? '-' : setting->name[i];
    name[i] = '\0';
}

static void print_help(void) {
    printf(
        "Usage: khulasad [--socket PATH] [--SETTING VALUE]...\n"
        "Serves summaries of Arabic articles on a Unix socket. It needs no configuration file.\n\n"
        "  --config FILE      instead of " DEFAULT_CONFIG "\n"
        "  --print-config     print every setting with its value and range, and end\n"
        "  --check-config     check the configuration, naming file and line, and end\n"
        "  --version, --help\n\nSettings, which may stand in the file too (with _ for -):\n");
    size_t count;
    const struct setting *table = settings_table(&count);
    for (size_t i = 0; i < count; i++) {
        char name[64];
        flag_name(&table[i], name);
        printf("  --%-20s %s (%s)\n", name, table[i].text,
               table[i].fallback[0] != '\0' ? table[i].fallback : "empty");
    }
    printf("\nTry it:  khulasad --socket /tmp/khulasad.sock &\n"
           "         curl --unix-socket /tmp/khulasad.sock 'http://localhost/v1/summarize?"
           "sentences=2' \\\n"
           "              -H 'Content-Type: text/plain' --data-binary @article.txt\n");
}

/* getopt's table: ours and one a setting. */
static struct option *make_options(void) {
    static const struct option own[] = {
        {"config", required_argument, NULL, OPTION_CONFIG},
        {"print-config", no_argument, NULL, OPTION_PRINT},
        {"check-config", no_argument, NULL, OPTION_CHECK},
        {"version", no_argument, NULL, OPTION_VERSION},
        {"help", no_argument, NULL, 'h'},
    };
    enum { OWN = sizeof own / sizeof own[0] };
    static char names[SETTINGS][64];
    size_t count;
    const struct setting *table = settings_table(&count);
    struct option *options = calloc(OWN + count + 1, sizeof *options);
    if (options == NULL)
        return NULL;
    memcpy(options, own, sizeof own);
    for (size_t i = 0; i < count; i++) {
        flag_name(&table[i], names[i]);
        options[OWN + i] =
            (struct option){names[i], required_argument, NULL, OPTION_SETTING + (int)i};
    }
    return options;
}

static enum options_action read_all(int argc, char **argv, const struct option *options,
                                    struct config_source *source) {
    size_t count;
    const struct setting *table = settings_table(&count);
    enum options_action action = OPTIONS_SERVE;
    int option;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (option) {
        case OPTION_CONFIG:
            source->path = optarg;
            source->path_is_given = true;
            break;
        case OPTION_PRINT:
            action = OPTIONS_PRINT_CONFIG;
            break;
        case OPTION_CHECK:
            action = OPTIONS_CHECK_CONFIG;
            break;
        case OPTION_VERSION:
            printf("khulasad %s\n", khulasa_version());
            return OPTIONS_DONE;
        case 'h':
            print_help();
            return OPTIONS_DONE;
        case '?':
            fprintf(stderr, "khulasad: see khulasad --help\n");
            return OPTIONS_MISUSED;
        default:
            source->flags[source->flag_count++] =
                (struct config_flag){&table[option - OPTION_SETTING], optarg};
        }
    }
    if (optind < argc) {
        fprintf(stderr, "khulasad: unexpected argument: %s\n", argv[optind]);
        return OPTIONS_MISUSED;
    }
    return action;
}

enum options_action options_read(int argc, char **argv, struct config_source *source) {
    *source = (struct config_source){.path = DEFAULT_CONFIG};
    struct option *options = make_options();
    source->flags = calloc((size_t)argc, sizeof *source->flags);
    enum options_action action = OPTIONS_MISUSED;
    if (options == NULL || source->flags == NULL)
        fprintf(stderr, "khulasad: out of memory\n");
    else
        action = read_all(argc, argv, options, source);
    free(options);
    return action;
}

void options_clear(struct config_source *source) {
    free(source->flags);
    *source = (struct config_source){0};
}
