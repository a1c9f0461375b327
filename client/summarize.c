/*
 * khulasa summarize. Articles are gathered into batches, batches into rounds; a round is answered
 * and printed before the next one is read, so that a stream of any length passes through in bounded
 * memory. A slow writer is not waited for: what is there is done first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "client/backend.h"
#include "client/commands.h"
#include "client/input.h"
#include "client/options.h"
#include "client/output.h"

#define BATCH_ARTICLES 16
#define BATCH_BYTES 131072
#define MAX_BATCHES 256

/* Some articles that go out as one request. */
struct batch {
    struct item items[BATCH_ARTICLES];
    size_t count, bytes;
};

struct run {
    struct options options;
    struct input *input;
    struct backend *backend;
    struct output *output;
    size_t failures, articles;

    struct batch *batches; /* (MAX_BATCHES) */
    size_t batch_count;
    struct out set; /* --set, --both: all articles, a comma between */
};

static void batch_clear(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++)
        item_clear(&batch->items[i]);
    batch->count = batch->bytes = 0;
}

static enum exit_status no_memory(void) {
    report("out of memory");
    return EXIT_SOME_FAILED;
}

/* The error of a whole request, in the words of who answered. items: what it was about. An option
 * that is wrong is wrong for all that follows: EXIT_USAGE. */
static enum exit_status refused(struct run *run, struct span error, const char *name) {
    json_t *decoded = json_loadb(error.bytes, error.size, 0, NULL);
    const char *code = json_string_value(json_object_get(decoded, "code"));
    const char *field = json_string_value(json_object_get(decoded, "field"));
    const char *message = json_string_value(json_object_get(decoded, "message"));
    bool of_option = code != NULL && strcmp(code, "bad_request") == 0 && field != NULL &&
                     strncmp(field, "articles", 8) != 0;
    static const char alone[] = "articles[0]."; /* of one article, the file says which */
    if (message == NULL)
        message = "refused";
    else if (name != NULL && strncmp(message, alone, sizeof(alone) - 1) == 0)
        message += sizeof(alone) - 1;
    if (name != NULL && !of_option)
        report("%s: %s", name, message);
    else
        report("%s", message);
    run->failures++;
    json_decref(decoded);
    return of_option ? EXIT_USAGE : EXIT_GOOD;
}

/* {"articles":[…],OPTIONS} */
static bool write_batch(const struct run *run, const struct item *items, size_t count,
                        struct out *out) {
    out_json(out, "{\"articles\":[");
    for (size_t i = 0; i < count; i++) {
        out_comma(out, i);
        out_raw(out, items[i].json, items[i].size);
    }
    out_json(out, "]");
    out_raw(out, run->options.request.bytes, run->options.request.size);
    out_json(out, "}");
    return !out->failed;
}

/* A member of an article, or NULL. */
static json_t *decoded_member(const struct item *item, const char *key) {
    struct span value = json_member((struct span){item->json, item->size}, key);
    return value.bytes != NULL ? json_loadb(value.bytes, value.size, JSON_DECODE_ANY, NULL) : NULL;
}

static void print_element(struct run *run, struct span element, const struct item *item) {
    bool people = run->options.format != FORMAT_JSON && run->options.format != FORMAT_NDJSON;
    json_t *title = people ? decoded_member(item, "title") : NULL;
    json_t *text = people && run->options.explain ? decoded_member(item, "text") : NULL;
    const char *shown = json_string_value(title);
    bool named = strcmp(item->name, "standard input") != 0;
    output_article(run->output, element, shown != NULL && shown[0] != '\0' ? shown : NULL,
                   json_string_value(text), named);
    json_decref(title);
    json_decref(text);
}

static enum exit_status answer_items(struct run *run, const struct item *items, size_t count,
                                     struct span answer);

/* A batch was refused: its articles one by one, so that only the bad one is lost. */
static enum exit_status one_by_one(struct run *run, const struct item *items, size_t count) {
    enum exit_status status = EXIT_GOOD;
    for (size_t i = 0; i < count && status == EXIT_GOOD; i++) {
        struct out request = {0};
        if (!write_batch(run, &items[i], 1, &request))
            return no_memory();
        struct exchange exchange = {.request = request.bytes, .request_size = request.size};
        status = backend_run(run->backend, &exchange, 1);
        if (status == EXIT_GOOD)
            status = answer_items(run, &items[i], 1,
                                  (struct span){exchange.answer, exchange.answer_size});
        exchange_clear(&exchange);
        out_clear(&request);
    }
    return status;
}

/* Prints the elements of a batch's answer. */
static enum exit_status answer_items(struct run *run, const struct item *items, size_t count,
                                     struct span answer) {
    struct span error = answer_error(answer), element;
    if (error.bytes != NULL && count > 1)
        return one_by_one(run, items, count);
    if (error.bytes != NULL)
        return refused(run, error, items[0].name);
    struct json_walk walk = json_walk(json_member(answer, "articles"));
    for (size_t i = 0; i < count; i++) {
        if (json_walk_element(&walk, &element) && element.bytes[0] == '{') {
            print_element(run, element, &items[i]);
        } else {
            report("%s: the daemon's answer says nothing of it", items[i].name);
            run->failures++;
        }
    }
    output_source(run->output, answer);
    return EXIT_GOOD;
}

/* Has the gathered batches answered, and prints what came. */
static enum exit_status flush_round(struct run *run) {
    size_t count = run->batch_count;
    if (count == 0 || run->batches == NULL)
        return EXIT_GOOD;
    enum exit_status status = EXIT_GOOD;
    struct exchange *list = calloc(count, sizeof(*list));
    struct out *requests = calloc(count, sizeof(*requests));
    bool good = list != NULL && requests != NULL;
    for (size_t i = 0; good && i < count; i++) {
        good = write_batch(run, run->batches[i].items, run->batches[i].count, &requests[i]);
        list[i] = (struct exchange){.request = requests[i].bytes, .request_size = requests[i].size};
    }
    status = good ? backend_run(run->backend, list, count) : no_memory();
    for (size_t i = 0; i < count; i++) {
        struct batch *batch = &run->batches[i];
        if (status == EXIT_GOOD)
            status = answer_items(run, batch->items, batch->count,
                                  (struct span){list[i].answer, list[i].answer_size});
        run->articles += batch->count;
        batch_clear(batch);
        if (list != NULL)
            exchange_clear(&list[i]);
        if (requests != NULL)
            out_clear(&requests[i]);
    }
    free(list);
    free(requests);
    run->batch_count = 0;
    if (status == EXIT_GOOD && !flush_output())
        status = EXIT_SOME_FAILED;
    progress(run->articles, input_bytes(run->input), input_total(run->input));
    return status;
}

/* One request of its own, whose answer is printed whole. */
static enum exit_status run_request(struct run *run, const char *request, size_t size,
                                    const char *name) {
    struct exchange exchange = {.request = request, .request_size = size};
    enum exit_status status = backend_run(run->backend, &exchange, 1);
    progress_end();
    if (status == EXIT_GOOD) {
        struct span answer = {exchange.answer, exchange.answer_size};
        struct span error = answer_error(answer);
        if (error.bytes != NULL)
            status = refused(run, error, name);
        else
            output_answer(run->output, answer, (struct span){request, size}, run->options.set);
        if (!flush_output())
            status = EXIT_SOME_FAILED;
    }
    exchange_clear(&exchange);
    return status;
}

/* A request that the input holds: its own options, and over them those of the command line. */
static enum exit_status run_input_request(struct run *run, const struct item *item) {
    struct out members = {0};
    json_t *request = json_loadb(item->json, item->size, JSON_REJECT_DUPLICATES, NULL);
    if (request == NULL || run->options.request.size == 0) {
        json_decref(request); /* as it is; where it is damaged, the answer says how */
        return run_request(run, item->json, item->size, item->name);
    }
    out_json(&members, "{");
    out_raw(&members, run->options.request.bytes + 1, run->options.request.size - 1);
    out_json(&members, "}");
    json_t *ours = members.failed ? NULL : json_loadb(members.bytes, members.size, 0, NULL);
    char *merged = NULL;
    if (ours != NULL && json_object_update(request, ours) == 0)
        merged = json_dumps(request, JSON_COMPACT);
    enum exit_status status =
        merged != NULL ? run_request(run, merged, strlen(merged), item->name) : no_memory();
    free(merged);
    json_decref(ours);
    json_decref(request);
    out_clear(&members);
    return status;
}

/* Takes the item over. */
static enum exit_status add_article(struct run *run, struct item *item) {
    if (run->options.set || run->options.both) {
        out_json(&run->set, run->set.size > 0 ? "," : "{\"articles\":[");
        out_raw(&run->set, item->json, item->size);
        item_clear(item);
        run->articles++;
        progress(run->articles, input_bytes(run->input), input_total(run->input));
        return run->set.failed ? no_memory() : EXIT_GOOD;
    }
    if (run->batches == NULL)
        return no_memory();
    struct batch *batch = run->batch_count > 0 ? &run->batches[run->batch_count - 1] : NULL;
    if (batch == NULL || batch->count == BATCH_ARTICLES || batch->bytes >= BATCH_BYTES) {
        size_t width = backend_width(run->backend);
        if (run->batch_count >= (width < MAX_BATCHES ? width : MAX_BATCHES)) {
            enum exit_status status = flush_round(run);
            if (status != EXIT_GOOD) {
                item_clear(item);
                return status;
            }
        }
        batch = &run->batches[run->batch_count++];
    }
    batch->items[batch->count++] = *item;
    batch->bytes += item->size;
    *item = (struct item){0};
    return EXIT_GOOD;
}

static enum exit_status run_set(struct run *run) {
    out_json(&run->set, "]");
    out_raw(&run->set, run->options.request.bytes, run->options.request.size);
    out_json(&run->set, "}");
    if (run->set.failed)
        return no_memory();
    progress_set(run->articles);
    return run_request(run, run->set.bytes, run->set.size, NULL);
}

static enum exit_status run_all(struct run *run) {
    enum exit_status status = EXIT_GOOD;
    bool requests = false;
    struct item item;
    while (status == EXIT_GOOD && input_next(run->input, &item)) {
        if (item.kind == ITEM_REQUEST) {
            requests = true;
            status = flush_round(run);
            if (status == EXIT_GOOD)
                status = run_input_request(run, &item);
        } else {
            status = add_article(run, &item);
        }
        item_clear(&item);
        if (status == EXIT_GOOD && run->batch_count > 0 && input_would_wait(run->input))
            status = flush_round(run);
    }
    if (status == EXIT_GOOD)
        status = flush_round(run);
    if (status == EXIT_GOOD && run->set.size > 0)
        status = run_set(run);
    if (status == EXIT_GOOD && run->articles == 0 && !requests && input_failures(run->input) == 0 &&
        run->options.format != FORMAT_NDJSON) {
        report("nothing to summarise: the input holds no article");
        status = EXIT_SOME_FAILED;
    }
    return status;
}

enum exit_status command_summarize(int argc, char **argv) {
    struct run run = {0};
    bool done = false;
    enum exit_status status = options_summarize(&run.options, argc, argv, &done);
    if (status != EXIT_GOOD || done) {
        options_clear(&run.options);
        return status;
    }
    run.input = input_new(run.options.paths, run.options.path_count, INPUT_ARTICLES);
    run.backend = backend_new(&run.options.backend);
    run.output = output_new(run.options.format);
    run.batches = calloc(MAX_BATCHES, sizeof(*run.batches));
    if (run.input == NULL || run.backend == NULL || run.output == NULL || run.batches == NULL)
        status = no_memory();
    else
        status = run_all(&run);
    progress_end();
    if (run.output != NULL && !output_finish(run.output) && status == EXIT_GOOD)
        status = EXIT_SOME_FAILED;
    if (status == EXIT_GOOD &&
        run.failures + input_failures(run.input) + output_failures(run.output) > 0)
        status = EXIT_SOME_FAILED;
    for (size_t i = 0; run.batches != NULL && i < run.batch_count; i++)
        batch_clear(&run.batches[i]);
    free(run.batches);
    out_clear(&run.set);
    output_free(&run.output);
    backend_free(&run.backend);
    input_free(&run.input);
    options_clear(&run.options);
    return status;
}
