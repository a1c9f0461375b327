/*
 * khulasa evaluate: how near the summaries of every method come to those that people made, beside
 * rows that say what the figures mean. All summaries obey the same hard limit of words.
 */
#include "client/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "client/commands.h"
#include "client/evaluate_sets.h"
#include "client/pool.h"
#include "khulasa.h"

#define RATIO 0.33 /* of an article's words, where no limit is given */

struct work {
    struct evaluation *evaluation;
    khulasa *engine;
    struct khulasa_error *errors; /* (articles): only the main thread reports */
};

/* Marks the words of the method's summary. A text in which nothing may be taken is one without a
 * summary, not a failure. */
static int summarize(const struct work *work, khulasa_job *job, const khulasa_document *document,
                     size_t row, const struct evaluation_article *article, bool *inside,
                     struct khulasa_error *error) {
    const struct options *options = work->evaluation->options;
    struct khulasa_options wanted = {.method = work->evaluation->rows[row].name};
    struct khulasa_summary *summary;
    if (options->words > 0)
        wanted.length = (struct khulasa_length){.kind = KHULASA_WORDS, .count = options->words};
    else
        wanted.length = (struct khulasa_length){.kind = KHULASA_RATIO, .ratio = options->ratio};
    if (!khulasa_document_can_be_summarized(document))
        return KHULASA_OK;
    int code = khulasa_summarize(work->engine, job, document, &wanted, &summary, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t i = 0; i < summary->sentence_count; i++)
        evaluation_mark(article, summary->sentences[i].start, summary->sentences[i].end, inside);
    khulasa_summary_free(&summary);
    return KHULASA_OK;
}

/* Every row of an article, the methods by the engine. */
static int measure(const struct work *work, khulasa_job *job, const khulasa_document *document,
                   size_t index, bool *inside, struct khulasa_error *error) {
    struct evaluation *evaluation = work->evaluation;
    const struct evaluation_article *article = &evaluation->data->articles[index];
    for (size_t r = 0; r < evaluation->row_count; r++) {
        int code = KHULASA_OK;
        bool good;
        if (evaluation->rows[r].kind != ROW_METHOD) {
            good = evaluation_baseline(evaluation, r, index);
        } else {
            memset(inside, 0, article->words.count * sizeof(*inside));
            code = summarize(work, job, document, r, article, inside, error);
            good = evaluation_score(article, inside, SIZE_MAX, evaluation->rows[r].figure[index]);
        }
        if (code != KHULASA_OK || !good)
            return code != KHULASA_OK ? code : KHULASA_E_MEMORY;
    }
    return KHULASA_OK;
}

static void task(void *context, size_t index) {
    struct work *work = context;
    const struct evaluation_article *article = &work->evaluation->data->articles[index];
    const struct khulasa_article read = {
        .text = article->text, .text_size = article->size, .title = article->title};
    struct khulasa_error *error = &work->errors[index];
    khulasa_document *document = NULL;
    bool *inside = calloc(article->words.count + 1, sizeof(*inside));
    khulasa_job *job = khulasa_job_new(0, NULL, NULL);
    int code = KHULASA_E_MEMORY;
    if (inside != NULL && job != NULL)
        code = khulasa_read(work->engine, job, &read, &document, error);
    if (code == KHULASA_OK)
        code = measure(work, job, document, index, inside, error);
    error->code = (enum khulasa_code)code;
    khulasa_document_free(&document);
    khulasa_job_free(&job);
    free(inside);
}

static bool add_row(struct evaluation *evaluation, enum row_kind kind, const char *name) {
    struct row *row = &evaluation->rows[evaluation->row_count];
    *row = (struct row){.kind = kind, .name = name};
    row->figure = calloc(evaluation->data->count + 1, sizeof(*row->figure));
    evaluation->row_count += row->figure != NULL;
    return row->figure != NULL;
}

/* Whether any article has more than one reference. */
static bool has_people(const struct evaluation_data *data) {
    for (size_t i = 0; i < data->count; i++)
        if (data->articles[i].reference_count > 1)
            return true;
    return false;
}

static bool make_rows(struct evaluation *evaluation) {
    const struct khulasa_method *methods;
    size_t count = khulasa_methods(&methods);
    evaluation->rows = calloc(count + 4, sizeof(*evaluation->rows));
    if (evaluation->rows == NULL || !add_row(evaluation, ROW_RANDOM, "random"))
        return false;
    evaluation->lead = evaluation->row_count;
    bool good = add_row(evaluation, ROW_LEAD, "first sentences");
    for (size_t i = 0; good && i < count; i++)
        good = add_row(evaluation, ROW_METHOD, methods[i].name);
    if (good && has_people(evaluation->data))
        good = add_row(evaluation, ROW_HUMAN, "one human, the others");
    return good && add_row(evaluation, ROW_ORACLE, "oracle");
}

static void count_empty(struct evaluation *evaluation) {
    for (size_t r = 0; r < evaluation->row_count; r++)
        for (size_t i = 0; i < evaluation->data->count; i++)
            evaluation->rows[r].empty += evaluation->rows[r].figure[i][ROUGE_1] == 0 &&
                                         evaluation->rows[r].kind == ROW_METHOD;
}

/* How many articles have no figures, each named. */
static size_t report_failures(const struct work *work) {
    const struct evaluation_data *data = work->evaluation->data;
    size_t failures = 0;
    for (size_t i = 0; i < data->count; i++) {
        const struct khulasa_error *error = &work->errors[i];
        if (error->code == KHULASA_OK)
            continue;
        report("%s:%zu: %s", evaluation_name(data), data->articles[i].line,
               error->code == KHULASA_E_MEMORY ? "out of memory" : error->message);
        failures++;
    }
    return failures;
}

static enum exit_status evaluate(struct evaluation *evaluation, khulasa *engine) {
    struct work work = {.evaluation = evaluation, .engine = engine};
    struct pool *pool = pool_new(evaluation->options->backend.workers);
    enum exit_status status = EXIT_SOME_FAILED;
    work.errors = calloc(evaluation->data->count, sizeof(*work.errors));
    if (pool == NULL || work.errors == NULL || !make_rows(evaluation)) {
        report("out of memory");
    } else {
        evaluation->model = khulasa_model_name(engine);
        pool_run(pool, evaluation->data->count, task, &work);
        if (report_failures(&work) == 0) {
            count_empty(evaluation);
            status = evaluation_print(evaluation);
        }
    }
    pool_free(&pool);
    free(work.errors);
    return status;
}

static enum exit_status run(const struct options *options, struct evaluation_data *data) {
    const struct khulasa_config config = {.model_path = options->backend.model,
                                          .no_model = options->backend.no_model};
    struct evaluation evaluation = {.data = data, .options = options};
    struct khulasa_error error;
    khulasa *engine;
    if (!evaluation_read(options->paths[0], data))
        return EXIT_SOME_FAILED;
    if (data->failures > 0 || data->count == 0) {
        if (data->count == 0 && data->failures == 0)
            report("%s: holds no article", evaluation_name(data));
        return EXIT_SOME_FAILED;
    }
    if (khulasa_new(&config, &engine, &error) != KHULASA_OK) {
        report("%s", error.message);
        return EXIT_SOME_FAILED;
    }
    enum exit_status status = evaluate(&evaluation, engine);
    for (size_t r = 0; r < evaluation.row_count; r++)
        free(evaluation.rows[r].figure);
    free(evaluation.rows);
    khulasa_free(&engine);
    return status;
}

enum exit_status command_evaluate(int argc, char **argv) {
    struct options options = {0};
    struct evaluation_data data = {0};
    bool done = false;
    enum exit_status status = options_evaluate(&options, argc, argv, &done);
    if (status == EXIT_GOOD && !done && evaluation_is_of_sets(options.paths[0])) {
        status = evaluate_sets(&options);
    } else if (status == EXIT_GOOD && !done) {
        if (options.ratio <= 0 && options.words == 0)
            options.ratio = RATIO;
        status = run(&options, &data);
    }
    evaluation_clear(&data);
    options_clear(&options);
    return status;
}
