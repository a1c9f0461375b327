#include "client/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "client/connection.h"
#include "client/input.h"
#include "khulasa.h"

enum {
    OPT_LENGTH = 256,                /* + index into lengths[] */
    OPT_SET_LENGTH = OPT_LENGTH + 8, /* the same */
    OPT_UNIT = OPT_SET_LENGTH + 8,
    OPT_SET_UNIT,
    OPT_SET,
    OPT_BOTH,
    OPT_QUERY,
    OPT_METHOD,
    OPT_DETAIL,
    OPT_SEEN,
    OPT_OFFSETS,
    OPT_FORMAT,
    OPT_SOCKET,
    OPT_LOCAL,
    OPT_MODEL,
    OPT_NO_MODEL,
    OPT_WORKERS,
    OPT_NAME,
    OPT_MIN_DOCUMENTS,
    OPT_RATIO,
    OPT_WORDS,
    OPT_EXPLAIN,
};

static const char *const lengths[] = {"sentences", "words", "characters", "ratio"};

#define OPTIONS_WHERE                                                                              \
    {"socket", required_argument, NULL, OPT_SOCKET}, {"local", no_argument, NULL, OPT_LOCAL},      \
        {"model", required_argument, NULL, OPT_MODEL},                                             \
        {"no-model", no_argument, NULL, OPT_NO_MODEL},                                             \
        {"workers", required_argument, NULL, OPT_WORKERS}, {"verbose", no_argument, NULL, 'v'}, {  \
        "help", no_argument, NULL, 'h'                                                             \
    }

static const struct option of_summarize[] = {
    {"sentences", required_argument, NULL, OPT_LENGTH},
    {"words", required_argument, NULL, OPT_LENGTH + 1},
    {"characters", required_argument, NULL, OPT_LENGTH + 2},
    {"ratio", required_argument, NULL, OPT_LENGTH + 3},
    {"set-sentences", required_argument, NULL, OPT_SET_LENGTH},
    {"set-words", required_argument, NULL, OPT_SET_LENGTH + 1},
    {"set-characters", required_argument, NULL, OPT_SET_LENGTH + 2},
    {"set-ratio", required_argument, NULL, OPT_SET_LENGTH + 3},
    {"unit", required_argument, NULL, OPT_UNIT},
    {"set-unit", required_argument, NULL, OPT_SET_UNIT},
    {"set", no_argument, NULL, OPT_SET},
    {"both", no_argument, NULL, OPT_BOTH},
    {"query", required_argument, NULL, OPT_QUERY},
    {"method", required_argument, NULL, OPT_METHOD},
    {"detail", required_argument, NULL, OPT_DETAIL},
    {"seen", required_argument, NULL, OPT_SEEN},
    {"explain", no_argument, NULL, OPT_EXPLAIN},
    {"offsets", required_argument, NULL, OPT_OFFSETS},
    {"format", required_argument, NULL, OPT_FORMAT},
    OPTIONS_WHERE,
    {NULL, 0, NULL, 0},
};

static const struct option of_analyze[] = {
    {"format", required_argument, NULL, OPT_FORMAT},
    {"offsets", required_argument, NULL, OPT_OFFSETS},
    OPTIONS_WHERE,
    {NULL, 0, NULL, 0},
};

static const struct option of_train[] = {
    {"output", required_argument, NULL, 'o'},
    {"name", required_argument, NULL, OPT_NAME},
    {"min-documents", required_argument, NULL, OPT_MIN_DOCUMENTS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const struct option of_evaluate[] = {
    {"ratio", required_argument, NULL, OPT_RATIO},
    {"words", required_argument, NULL, OPT_WORDS},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"model", required_argument, NULL, OPT_MODEL},
    {"no-model", no_argument, NULL, OPT_NO_MODEL},
    {"workers", required_argument, NULL, OPT_WORKERS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const struct option of_status[] = {
    {"socket", required_argument, NULL, OPT_SOCKET},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* What is given once and belongs together, while the options go by. */
struct given {
    int length, set_length; /* index into lengths[], -1: none */
    const char *value, *set_value, *unit, *set_unit;
    const char *query, *method, *detail, *offsets;
    json_t *seen;
    bool local_only; /* --model and its like */
};

static enum exit_status usage(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum exit_status usage(const char *command, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    report("%s", what);
    report("see 'khulasa %s --help'", command);
    return EXIT_USAGE;
}

static bool number(const char *text, unsigned long low, unsigned long high, unsigned long *out) {
    char *end;
    errno = 0;
    *out = strtoul(text, &end, 10);
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && *out >= low &&
           *out <= high;
}

static bool is_ratio(const char *text) {
    char *end;
    double value = strtod(text, &end);
    return text[strspn(text, "0123456789.")] == '\0' && end != text && *end == '\0' && value > 0 &&
           value <= 1;
}

/* Remembers one length of a kind; a second one is an error. */
static enum exit_status take_length(const char *command, const char *prefix, int kind,
                                    const char *value, int *given, const char **given_value) {
    unsigned long count;
    if (*given >= 0)
        return usage(command, "--%s%s and --%s%s: one length is allowed", prefix, lengths[*given],
                     prefix, lengths[kind]);
    if (kind == 3 && !is_ratio(value))
        return usage(command, "--%sratio %s: must be a number above 0 and at most 1", prefix,
                     value);
    if (kind != 3 && !number(value, 1, (unsigned long)INT32_MAX, &count))
        return usage(command, "--%s%s %s: must be a whole number from 1 to %d", prefix,
                     lengths[kind], value, INT32_MAX);
    *given = kind;
    *given_value = value;
    return EXIT_GOOD;
}

/* known: the names, with a blank before each. */
static enum exit_status take_format(const char *command, const char *value, const char *known,
                                    enum format *out) {
    static const struct {
        const char *name;
        enum format format;
    } formats[] = {{" text", FORMAT_TEXT},
                   {" json", FORMAT_JSON},
                   {" ndjson", FORMAT_NDJSON},
                   {" markdown", FORMAT_MARKDOWN},
                   {" html", FORMAT_HTML}};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(formats[i].name + 1, value) == 0 && strstr(known, formats[i].name) != NULL) {
            *out = formats[i].format;
            return EXIT_GOOD;
        }
    return usage(command, "--format %s: known are%s", value, known);
}

/* Options of where the work is done. *known: whether it was one. */
static enum exit_status take_where(struct backend_options *out, const char *command, int option,
                                   struct given *given, bool *known) {
    unsigned long workers;
    *known = true;
    switch (option) {
    case OPT_SOCKET:
        out->socket = optarg;
        break;
    case OPT_LOCAL:
        out->local = true;
        break;
    case OPT_MODEL:
        out->model = optarg;
        given->local_only = true;
        break;
    case OPT_NO_MODEL:
        out->no_model = given->local_only = true;
        break;
    case OPT_WORKERS:
        if (!number(optarg, 1, 1024, &workers))
            return usage(command, "--workers %s: must be a whole number from 1 to 1024", optarg);
        out->workers = workers;
        break;
    case 'v':
        out->verbose = true;
        break;
    default:
        *known = false;
    }
    return EXIT_GOOD;
}

static enum exit_status check_where(struct backend_options *out, const char *command,
                                    const struct given *given) {
    if (out->model != NULL && out->no_model)
        return usage(command, "--model and --no-model: one is allowed");
    if (out->socket != NULL && (out->local || given->local_only))
        return usage(command, "--socket is the daemon's; --local, --model and --no-model are for "
                              "work in process");
    out->local |= given->local_only;
    return EXIT_GOOD;
}

static enum exit_status take_seen(struct given *given, const char *path) {
    size_t size;
    char *text = input_read_text(path, &size);
    if (text == NULL)
        return EXIT_SOME_FAILED;
    if (given->seen == NULL)
        given->seen = json_array();
    int failed = json_array_append_new(given->seen, json_stringn(text, size));
    free(text);
    if (failed != 0)
        report("out of memory");
    return failed != 0 ? EXIT_SOME_FAILED : EXIT_GOOD;
}

static enum exit_status take_summarize(struct options *options, struct given *given, int option) {
    static const char command[] = "summarize";
    bool known;
    enum exit_status status = take_where(&options->backend, command, option, given, &known);
    if (known)
        return status;
    if (option >= OPT_LENGTH && option < OPT_LENGTH + 4)
        return take_length(command, "", option - OPT_LENGTH, optarg, &given->length, &given->value);
    if (option >= OPT_SET_LENGTH && option < OPT_SET_LENGTH + 4)
        return take_length(command, "set-", option - OPT_SET_LENGTH, optarg, &given->set_length,
                           &given->set_value);
    switch (option) {
    case OPT_UNIT:
        given->unit = optarg;
        break;
    case OPT_SET_UNIT:
        given->set_unit = optarg;
        break;
    case OPT_SET:
        options->set = true;
        break;
    case OPT_BOTH:
        options->both = true;
        break;
    case OPT_QUERY:
        given->query = optarg;
        break;
    case OPT_METHOD:
        given->method = optarg;
        break;
    case OPT_DETAIL:
        given->detail = optarg;
        break;
    case OPT_EXPLAIN:
        options->explain = true;
        break;
    case OPT_SEEN:
        return take_seen(given, optarg);
    case OPT_OFFSETS:
        given->offsets = optarg;
        break;
    default:
        return take_format(command, optarg, " text, json, ndjson, markdown, html",
                           &options->format);
    }
    return EXIT_GOOD;
}

/* With --set the plain lengths are the set's. */
static enum exit_status check_lengths(const struct options *options, struct given *given) {
    static const char command[] = "summarize";
    bool set_given = given->set_length >= 0 || given->set_unit != NULL;
    if (options->set && options->both)
        return usage(command, "--set and --both: one is allowed");
    if (set_given && !options->set && !options->both)
        return usage(command, "--set-%s goes with --set or --both",
                     given->set_length >= 0 ? lengths[given->set_length] : "unit");
    if (options->set && given->length >= 0 && given->set_length >= 0)
        return usage(command, "--%s and --set-%s: with --set one length is allowed",
                     lengths[given->length], lengths[given->set_length]);
    if (options->set && given->length >= 0) {
        given->set_length = given->length;
        given->set_value = given->value;
        given->length = -1;
    }
    if (options->set && given->unit != NULL && given->set_unit == NULL) {
        given->set_unit = given->unit;
        given->unit = NULL;
    }
    if ((given->unit != NULL && given->length != 2) ||
        (given->set_unit != NULL && given->set_length != 2))
        return usage(command, "--unit goes with --characters");
    return EXIT_GOOD;
}

static void write_length(struct out *out, const char *field, int kind, const char *value,
                         const char *unit) {
    if (kind < 0)
        return;
    /* As a number of JSON: without leading zeros, and with a digit on both sides of the point. */
    char digits[40];
    if (kind == 3)
        snprintf(digits, sizeof(digits), "%.12g", strtod(value, NULL));
    else
        snprintf(digits, sizeof(digits), "%lu", strtoul(value, NULL, 10));
    out_json(out, ",\"");
    out_json(out, field);
    out_json(out, "\":{\"");
    out_json(out, lengths[kind]);
    out_json(out, "\":");
    out_json(out, digits);
    if (unit != NULL) {
        out_json(out, ",\"unit\":");
        out_cstring(out, unit);
    }
    out_json(out, "}");
}

static void write_string(struct out *out, const char *field, const char *value) {
    if (value == NULL)
        return;
    out_json(out, ",\"");
    out_json(out, field);
    out_json(out, "\":");
    out_cstring(out, value);
}

/* The names of the list, and another one, or NULL. */
static void write_list(struct out *out, const char *field, const char *list, const char *more) {
    size_t i = 0;
    if (list == NULL && more == NULL)
        return;
    out_json(out, ",\"");
    out_json(out, field);
    out_json(out, "\":[");
    for (; list != NULL && *list != '\0'; i++) {
        size_t size = strcspn(list, ",");
        out_comma(out, i);
        out_string(out, list, size);
        list += size + (list[size] == ',');
    }
    if (more != NULL) {
        out_comma(out, i);
        out_cstring(out, more);
    }
    out_json(out, "]");
}

static enum exit_status write_request(struct options *options, const struct given *given) {
    struct out *out = &options->request;
    const char *const texts[] = {given->query, given->method,  given->detail,
                                 given->unit,  given->offsets, given->set_unit};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i] != NULL && khulasa_utf8_valid(texts[i], strlen(texts[i])) < strlen(texts[i]))
            return usage("summarize", "an option's value is not UTF-8");
    if (options->explain && given->offsets != NULL && strcmp(given->offsets, "utf-8") != 0)
        return usage("summarize", "--explain goes with --offsets utf-8");
    if (options->set || options->both)
        write_string(out, "scope", options->set ? "set" : "both");
    write_length(out, "length", given->length, given->value, given->unit);
    write_length(out, "set_length", given->set_length, given->set_value, given->set_unit);
    write_string(out, "query", given->query);
    write_string(out, "method", given->method);
    write_list(out, "detail", given->detail, options->explain ? "scores" : NULL);
    write_string(out, "offsets", given->offsets);
    if (given->seen != NULL) {
        char *seen = json_dumps(given->seen, JSON_COMPACT);
        out_json(out, ",\"seen\":");
        out_json(out, seen != NULL ? seen : "");
        out->failed |= seen == NULL;
        free(seen);
    }
    if (out->failed) {
        report("out of memory");
        return EXIT_SOME_FAILED;
    }
    return EXIT_GOOD;
}

/* The next option; ':' and '?' are reported. -1: the end. */
static int next_option(int argc, char **argv, const char *letters, const struct option *list,
                       const char *command, enum exit_status *status) {
    opterr = 0;
    int option = getopt_long(argc, argv, letters, list, NULL);
    if (option == ':')
        *status = usage(command, "%s needs a value", argv[optind - 1]);
    else if (option == '?')
        *status = usage(command, "%s is not an option of khulasa %s", argv[optind - 1], command);
    return option;
}

static void take_paths(struct options *options, int argc, char **argv) {
    options->paths = argv + optind;
    options->path_count = (size_t)(argc - optind);
}

enum exit_status options_summarize(struct options *options, int argc, char **argv, bool *done) {
    struct given given = {.length = -1, .set_length = -1};
    enum exit_status status = EXIT_GOOD;
    int option;
    optind = 1;
    while (status == EXIT_GOOD &&
           (option = next_option(argc, argv, ":hv", of_summarize, "summarize", &status)) != -1) {
        if (option == 'h') {
            fputs(help_summarize, stdout);
            *done = true;
            break;
        }
        if (status == EXIT_GOOD)
            status = take_summarize(options, &given, option);
    }
    if (status == EXIT_GOOD && !*done)
        status = check_where(&options->backend, "summarize", &given);
    if (status == EXIT_GOOD && !*done)
        status = check_lengths(options, &given);
    if (status == EXIT_GOOD && !*done)
        status = write_request(options, &given);
    json_decref(given.seen);
    take_paths(options, argc, argv);
    return status;
}

enum exit_status options_analyze(struct options *options, int argc, char **argv, bool *done) {
    struct given given = {.length = -1, .set_length = -1};
    enum exit_status status = EXIT_GOOD;
    int option;
    optind = 1;
    while (status == EXIT_GOOD &&
           (option = next_option(argc, argv, ":hv", of_analyze, "analyze", &status)) != -1) {
        if (option == 'h') {
            fputs(help_analyze, stdout);
            *done = true;
            return EXIT_GOOD;
        }
        bool known = status != EXIT_GOOD;
        if (!known)
            status = take_where(&options->backend, "analyze", option, &given, &known);
        if (!known && option == OPT_OFFSETS &&
            khulasa_utf8_valid(optarg, strlen(optarg)) < strlen(optarg))
            status = usage("analyze", "an option's value is not UTF-8");
        else if (!known && option == OPT_OFFSETS)
            write_string(&options->request, "offsets", optarg);
        else if (!known)
            status = take_format("analyze", optarg, " text, ndjson", &options->format);
    }
    if (status == EXIT_GOOD)
        status = check_where(&options->backend, "analyze", &given);
    take_paths(options, argc, argv);
    return status;
}

enum exit_status options_train(struct options *options, int argc, char **argv, bool *done) {
    enum exit_status status = EXIT_GOOD;
    int option;
    optind = 1;
    while (status == EXIT_GOOD &&
           (option = next_option(argc, argv, ":ho:", of_train, "train", &status)) != -1) {
        if (option == 'h') {
            fputs(help_train, stdout);
            *done = true;
            return EXIT_GOOD;
        }
        if (option == 'o')
            options->output = optarg;
        else if (option == OPT_NAME)
            options->name = optarg;
        else if (option == OPT_MIN_DOCUMENTS &&
                 !number(optarg, 1, UINT32_MAX, &options->min_documents))
            status = usage("train", "--min-documents %s: must be a whole number from 1 to %u",
                           optarg, UINT32_MAX);
    }
    if (status == EXIT_GOOD && options->output == NULL)
        status = usage("train", "-o MODEL is missing: where to write the model");
    take_paths(options, argc, argv);
    return status;
}

static enum exit_status take_evaluate(struct options *options, struct given *given, int option) {
    static const char command[] = "evaluate";
    bool known;
    enum exit_status status = take_where(&options->backend, command, option, given, &known);
    if (known)
        return status;
    if (option == OPT_FORMAT)
        return take_format(command, optarg, " text, json", &options->format);
    if (options->ratio > 0 || options->words > 0)
        return usage(command, "--ratio and --words: one length is allowed");
    if (option == OPT_RATIO && !is_ratio(optarg))
        return usage(command, "--ratio %s: must be a number above 0 and at most 1", optarg);
    if (option == OPT_WORDS && !number(optarg, 1, (unsigned long)INT32_MAX, &options->words))
        return usage(command, "--words %s: must be a whole number from 1 to %d", optarg, INT32_MAX);
    if (option == OPT_RATIO)
        options->ratio = strtod(optarg, NULL);
    return EXIT_GOOD;
}

enum exit_status options_evaluate(struct options *options, int argc, char **argv, bool *done) {
    struct given given = {.length = -1, .set_length = -1};
    enum exit_status status = EXIT_GOOD;
    int option;
    optind = 1;
    while (status == EXIT_GOOD &&
           (option = next_option(argc, argv, ":h", of_evaluate, "evaluate", &status)) != -1) {
        if (option == 'h') {
            fputs(help_evaluate, stdout);
            *done = true;
            return EXIT_GOOD;
        }
        if (status == EXIT_GOOD)
            status = take_evaluate(options, &given, option);
    }
    if (status == EXIT_GOOD)
        status = check_where(&options->backend, "evaluate", &given);
    if (status == EXIT_GOOD && argc - optind != 1)
        status = usage("evaluate", "one file is evaluated; %d are given", argc - optind);
    take_paths(options, argc, argv);
    return status;
}

enum exit_status options_status(struct options *options, int argc, char **argv, bool *done) {
    enum exit_status status = EXIT_GOOD;
    int option;
    optind = 1;
    while (status == EXIT_GOOD &&
           (option = next_option(argc, argv, ":h", of_status, "status", &status)) != -1) {
        if (option == 'h') {
            fputs(help_status, stdout);
            *done = true;
            return EXIT_GOOD;
        }
        if (option == OPT_SOCKET)
            options->backend.socket = optarg;
        else if (option == OPT_FORMAT)
            status = take_format("status", optarg, " text, json", &options->format);
    }
    if (status == EXIT_GOOD && optind < argc)
        status = usage("status", "%s: status takes no arguments", argv[optind]);
    if (options->backend.socket == NULL)
        options->backend.socket = DEFAULT_SOCKET;
    return status;
}

void options_clear(struct options *options) {
    out_clear(&options->request);
}
