/* What `khulasa evaluate` prints: means over the articles, and how sure the differences are. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/evaluate.h"
#include "client/random.h"
#include "khulasa.h"

#define DRAWS 2000
#define SEED 7

static const char *const measure_names[MEASURES] = {"rouge_1", "rouge_2", "rouge_l", "position_f1"};
static const char *const kind_names[] = {[ROW_RANDOM] = "baseline",
                                         [ROW_LEAD] = "baseline",
                                         [ROW_METHOD] = "method",
                                         [ROW_HUMAN] = "human",
                                         [ROW_ORACLE] = "oracle"};

/* Times 100, over the articles that have the figure; *articles: how many. NAN: none has. */
static double mean(const struct evaluation *evaluation, const struct row *row, enum measure measure,
                   size_t *articles) {
    double sum = 0;
    *articles = 0;
    for (size_t i = 0; i < evaluation->data->count; i++) {
        if (isnan(row->figure[i][measure]))
            continue;
        sum += row->figure[i][measure];
        ++*articles;
    }
    return *articles > 0 ? 100 * sum / (double)*articles : NAN;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct interval {
    double difference, low, high;
};

/* The mean difference of a row and the lead, times 100, and its 95 % interval: the articles are
 * drawn anew, with replacement, DRAWS times (paired bootstrap). False: out of memory. */
static bool above_lead(const struct evaluation *evaluation, const struct row *row,
                       enum measure measure, struct interval *out) {
    const struct row *lead = &evaluation->rows[evaluation->lead];
    double *means = malloc(DRAWS * sizeof(*means));
    double *each = malloc((evaluation->data->count + 1) * sizeof(*each)), sum = 0;
    struct random random = {.state = SEED};
    size_t count = 0;
    *out = (struct interval){NAN, NAN, NAN};
    for (size_t i = 0; each != NULL && i < evaluation->data->count; i++) {
        double difference = row->figure[i][measure] - lead->figure[i][measure];
        if (isnan(difference))
            continue;
        sum += difference;
        each[count++] = difference;
    }
    for (size_t draw = 0; means != NULL && draw < DRAWS && count > 0; draw++) {
        double drawn = 0;
        for (size_t i = 0; i < count; i++)
            drawn += each[random_below(&random, count)];
        means[draw] = 100 * drawn / (double)count;
    }
    bool good = means != NULL && each != NULL;
    if (good && count > 0) {
        qsort(means, DRAWS, sizeof(*means), by_value);
        *out = (struct interval){100 * sum / (double)count, means[(size_t)(0.025 * DRAWS)],
                                 means[(size_t)(0.975 * DRAWS)]};
    }
    free(means);
    free(each);
    return good;
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void print_figure(double value) {
    if (isnan(value))
        printf("  %8s", "-");
    else
        printf("  %8.2f", value);
}

static bool print_row(const struct evaluation *evaluation, const struct row *row) {
    size_t articles, most = 0;
    struct interval interval;
    printf("%-22s", row->name);
    for (int k = 0; k < MEASURES; k++) {
        print_figure(mean(evaluation, row, (enum measure)k, &articles));
        most = articles > most ? articles : most;
    }
    if (row->kind == ROW_METHOD) {
        if (!above_lead(evaluation, row, ROUGE_1, &interval))
            return false;
        printf("  %+6.2f  [%+.2f %+.2f]", interval.difference, interval.low, interval.high);
    }
    if (row->empty > 0)
        printf("  %zu empty", row->empty);
    if (most < evaluation->data->count)
        printf("  (%zu articles)", most);
    putchar('\n');
    return true;
}

static bool print_text(const struct evaluation *evaluation) {
    const struct options *options = evaluation->options;
    printf("%s: %zu articles, summaries of at most ", evaluation_name(evaluation->data),
           evaluation->data->count);
    if (options->words > 0)
        printf("%lu words", options->words);
    else
        printf("%g %% of the words", 100 * options->ratio);
    printf("; model %s\n", evaluation->model);
    puts("F1 x 100, mean of the references; beside each method, ROUGE-1 above lead, 95 % "
         "interval\n");
    printf("%-22s  %8s  %8s  %8s  %8s\n", "", "ROUGE-1", "ROUGE-2", "ROUGE-L", "position");
    for (size_t r = 0; r < evaluation->row_count; r++)
        if (!print_row(evaluation, &evaluation->rows[r]))
            return false;
    return true;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Two digits are what the figures are good for; a few more let them be compared. */
static json_t *number(double value) {
    return isnan(value) ? json_null() : json_real(round(value * 1e4) / 1e4);
}

static json_t *row_object(const struct evaluation *evaluation, const struct row *row, bool *good) {
    json_t *object = json_pack("{s:s, s:s}", "name", row->name, "kind", kind_names[row->kind]);
    json_t *above = row->kind == ROW_METHOD ? json_object() : NULL;
    size_t articles, most = 0;
    for (int k = 0; k < MEASURES; k++) {
        struct interval interval;
        json_object_set_new(object, measure_names[k],
                            number(mean(evaluation, row, (enum measure)k, &articles)));
        most = articles > most ? articles : most;
        if (above == NULL)
            continue;
        *good = above_lead(evaluation, row, (enum measure)k, &interval) && *good;
        json_object_set_new(above, measure_names[k],
                            json_pack("{s:o, s:o, s:o}", "difference", number(interval.difference),
                                      "low", number(interval.low), "high", number(interval.high)));
    }
    json_object_set_new(object, "articles", json_integer((json_int_t)most));
    json_object_set_new(object, "empty", json_integer((json_int_t)row->empty));
    if (above != NULL)
        json_object_set_new(object, "above_lead", above);
    return object;
}

static bool print_json(const struct evaluation *evaluation) {
    const struct options *options = evaluation->options;
    json_t *rows = json_array();
    bool good = rows != NULL;
    for (size_t r = 0; r < evaluation->row_count; r++)
        good =
            json_array_append_new(rows, row_object(evaluation, &evaluation->rows[r], &good)) == 0 &&
            good;
    json_t *limit = options->words > 0 ? json_pack("{s:I}", "words", (json_int_t)options->words)
                                       : json_pack("{s:f}", "ratio", options->ratio);
    json_t *answer =
        json_pack("{s:s, s:I, s:o, s:o, s:s, s:s}", "data", evaluation_name(evaluation->data),
                  "articles", (json_int_t)evaluation->data->count, "limit", limit, "rows", rows,
                  "model", evaluation->model, "version", khulasa_version());
    good = good && answer != NULL && json_dumpf(answer, stdout, JSON_REAL_PRECISION(8)) == 0;
    putchar('\n');
    json_decref(answer);
    return good;
}

enum exit_status evaluation_print(const struct evaluation *evaluation) {
    bool good = evaluation->options->format == FORMAT_JSON ? print_json(evaluation)
                                                           : print_text(evaluation);
    if (!good && !ferror(stdout))
        report("out of memory");
    return good ? EXIT_GOOD : EXIT_SOME_FAILED;
}
