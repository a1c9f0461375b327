/* A request from end to end: decode, read the articles, rank, encode. */
#include "wire/wire.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/encode.h"
#include "wire/request.h"
#include "wire/span.h"

struct wire_limits wire_limits_default(void) {
    return (struct wire_limits){
        .max_articles = 10000,
        .max_article_bytes = (size_t)8 << 20,
        .max_sentences = 200000,
        .max_memory = (size_t)1 << 30,
        .max_depth = 64,
    };
}

/* The work of one request. */
struct work {
    const khulasa *engine;
    const struct wire_call *call;
    struct wire_request request;
    khulasa_job *job;
    uint64_t deadline_ns; /* CLOCK_MONOTONIC; 0: none */

    struct out *parts;            /* (articles): each one's element of the answer, "": none */
    khulasa_document **documents; /* (articles): kept for the set, NULL where unreadable */
    atomic_size_t sentences;
    atomic_int failed;            /* enum khulasa_code that ends the whole request */
    struct khulasa_error failure; /* of whoever set `failed` */
};

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static enum khulasa_code must_stop(void *context) {
    const struct work *work = context;
    if (work->deadline_ns != 0 && now_ns() >= work->deadline_ns)
        return KHULASA_E_DEADLINE;
    return work->call->stop != NULL ? work->call->stop(work->call->stop_context) : KHULASA_OK;
}

/* Ends the request; the first to say so is heard. */
static void fail_all(struct work *work, const struct khulasa_error *error) {
    int none = KHULASA_OK;
    struct khulasa_error copy = *error;
    if (atomic_compare_exchange_strong(&work->failed, &none, (int)copy.code))
        work->failure = copy; /* read only after all tasks have returned */
}

/* Whether an article's error is the request's: it must stop, or its memory is used up. What one
 * article of several held is free again, but a set needs them all at once. */
static bool ends_request(const struct work *work, const struct khulasa_error *error) {
    switch (error->code) {
    case KHULASA_E_MEMORY:
    case KHULASA_E_CANCELLED:
    case KHULASA_E_DEADLINE:
        return true;
    case KHULASA_E_TOO_COMPLEX:
        return (work->request.scope & SCOPE_SET) != 0 &&
               error->limit == work->call->limits->max_memory;
    case KHULASA_E_BAD_UTF8: /* of a bare text: JSON's is found by its reader */
        return work->call->body == WIRE_TEXT;
    default:
        return work->request.op == WIRE_ANALYZE;
    }
}

static int read_article(struct work *work, size_t i, khulasa_document **document,
                        struct khulasa_error *error) {
    const struct khulasa_article *article = &work->request.articles[i].article;
    size_t limit = work->call->limits->max_article_bytes;
    if (article->text_size > limit) {
        *error = (struct khulasa_error){.code = KHULASA_E_TOO_LARGE, .limit = limit};
        snprintf(error->message, sizeof(error->message),
                 "text is %zu bytes; the limit is %zu (max_article_bytes)", article->text_size,
                 limit);
        return KHULASA_E_TOO_LARGE;
    }
    int code = khulasa_read(work->engine, work->job, article, document, error);
    if (code == KHULASA_OK)
        atomic_fetch_add(&work->sentences, khulasa_document_sentences(*document));
    return code;
}

/* Reads article i and, where each is wanted, summarises it. */
static void do_article(void *context, size_t i) {
    struct work *work = context;
    if (atomic_load(&work->failed) != KHULASA_OK)
        return;
    struct out *part = &work->parts[i];
    khulasa_document *document = NULL;
    struct khulasa_summary *summary = NULL;
    struct khulasa_error error = {.code = KHULASA_OK};
    int code = read_article(work, i, &document, &error);
    if (code == KHULASA_OK && !khulasa_document_can_be_summarized(document))
        code = KHULASA_E_EMPTY_TEXT; /* said of each, and left out of the set */
    if (code == KHULASA_OK && (work->request.scope & SCOPE_EACH) != 0)
        code = khulasa_summarize(work->engine, work->job, document, &work->request.each, &summary,
                                 &error);
    if (code != KHULASA_OK) {
        error.code = (enum khulasa_code)code;
        khulasa_document_free(&document);
        if (ends_request(work, &error))
            fail_all(work, &error);
        else
            encode_article_error(part, &work->request.articles[i], &error);
    } else if (summary != NULL) {
        encode_summary(part, &work->request, i, summary);
    }
    khulasa_summary_free(&summary);
    if ((work->request.scope & SCOPE_SET) != 0)
        work->documents[i] = document;
    else
        khulasa_document_free(&document);
    if (part->failed) {
        error = (struct khulasa_error){.code = KHULASA_E_MEMORY};
        fail_all(work, &error);
    }
}

static void do_articles(struct work *work) {
    size_t count = work->request.article_count;
    if (count > 1 && work->call->parallel != NULL) {
        work->call->parallel(work->call->pool, count, do_article, work);
        return;
    }
    for (size_t i = 0; i < count; i++)
        do_article(work, i);
}

/* The set's digest into out; null where no article could be read. */
static void do_set(struct work *work, struct out *out) {
    size_t count = work->request.article_count, readable = 0;
    size_t limit = work->call->limits->max_sentences, sentences = atomic_load(&work->sentences);
    struct khulasa_error error = {.code = KHULASA_OK};
    for (size_t i = 0; i < count; i++)
        readable += work->documents[i] != NULL;
    if (readable == 0) {
        out_json(out, "null");
        return;
    }
    if (sentences > limit) {
        error = (struct khulasa_error){.code = KHULASA_E_TOO_COMPLEX, .limit = limit};
        snprintf(error.message, sizeof(error.message),
                 "the set has %zu sentences; the limit is %zu (max_sentences)", sentences, limit);
        fail_all(work, &error);
        return;
    }
    struct khulasa_digest *digest = NULL;
    int code = khulasa_summarize_set(work->engine, work->job,
                                     (const khulasa_document *const *)work->documents, count,
                                     &work->request.set, &digest, &error);
    if (code == KHULASA_OK) {
        encode_digest(out, &work->request, digest);
    } else {
        error.code = (enum khulasa_code)code;
        fail_all(work, &error);
    }
    khulasa_digest_free(&digest);
}

static void begin_object(const struct work *work, struct out *out) {
    out_json(out, "{");
    if (work->call->body != WIRE_LINE || json_get(work->request.json.values, "id") == NULL)
        return;
    size_t space = json_skip_space(work->call->bytes, work->call->size);
    struct span line = {work->call->bytes + space, work->call->size - space};
    struct span id = json_member(line, "id");
    if (id.bytes == NULL)
        return;
    out_json(out, "\"id\":");
    out_raw(out, id.bytes, id.size);
    out_json(out, ",");
}

static void summarize(struct work *work, struct out *out) {
    do_articles(work);
    if (atomic_load(&work->failed) != KHULASA_OK)
        return;
    size_t room = 256;
    for (size_t i = 0; i < work->request.article_count; i++)
        room += work->parts[i].size + 1;
    out_reserve(out, room);
    begin_object(work, out);
    out_json(out, "\"articles\":[");
    size_t written = 0;
    for (size_t i = 0; i < work->request.article_count; i++) {
        if (work->parts[i].size == 0)
            continue;
        out_comma(out, written++);
        out_raw(out, work->parts[i].bytes, work->parts[i].size);
        out_clear(&work->parts[i]);
    }
    out_json(out, "]");
    if ((work->request.scope & SCOPE_SET) != 0) {
        out_json(out, ",\"set\":");
        do_set(work, out);
    }
    out_json(out, ",\"model\":");
    out_cstring(out, khulasa_model_name(work->engine));
    out_json(out, ",\"version\":");
    out_cstring(out, khulasa_version());
    out_json(out, "}");
}

/* Key phrases come with a summary: here the shortest there is, of which nothing else is used. A
 * text without a sentence that could be shown has none. */
static int find_keyphrases(struct work *work, const khulasa_document *document,
                           struct khulasa_summary **out, struct khulasa_error *error) {
    const struct khulasa_options options = {
        .length = {.kind = KHULASA_SENTENCES, .count = 1},
        .method = "lead",
        .detail = KHULASA_KEYPHRASES,
    };
    if (!khulasa_document_can_be_summarized(document))
        return KHULASA_OK;
    return khulasa_summarize(work->engine, work->job, document, &options, out, error);
}

static void analyze(struct work *work, struct out *out) {
    khulasa_document *document = NULL;
    struct khulasa_summary *summary = NULL;
    struct khulasa_error error = {.code = KHULASA_OK};
    int code = read_article(work, 0, &document, &error);
    if (code == KHULASA_OK)
        code = find_keyphrases(work, document, &summary, &error);
    if (code == KHULASA_OK) {
        begin_object(work, out);
        encode_analysis(out, &work->request, document, summary);
        out_json(out, "}");
    } else {
        error.code = (enum khulasa_code)code;
        fail_all(work, &error);
    }
    khulasa_summary_free(&summary);
    khulasa_document_free(&document);
}

/* The failure of the whole request, as it is told. */
static void explain(const struct work *work, struct fault *fault) {
    const struct khulasa_error *error = &work->failure;
    if (error->code == KHULASA_E_MEMORY) {
        fault_set(fault, "busy", "out of memory");
        fault->error.retry = true;
        return;
    }
    const char *code = khulasa_code_name(error->code);
    if (error->code == KHULASA_E_DEADLINE && work->request.deadline_ms != 0)
        fault_set(fault, code, "the request was not done within its %llu ms (deadline_ms)",
                  (unsigned long long)work->request.deadline_ms);
    else
        fault_set(fault, code, "%s", error->message);
    fault->error.has_limit = error->limit > 0;
    fault->error.limit = error->limit;
    fault->error.has_offset = error->code == KHULASA_E_BAD_UTF8;
    fault->error.offset = error->offset;
    fault->error.retry = error->code == KHULASA_E_CANCELLED;
}

static bool work_begin(struct work *work, struct fault *fault) {
    uint64_t received = work->call->received_ns != 0 ? work->call->received_ns : now_ns();
    if (work->request.deadline_ms != 0)
        work->deadline_ns = received + work->request.deadline_ms * 1000000;
    size_t count = work->request.article_count;
    work->job = khulasa_job_new(work->call->limits->max_memory, must_stop, work);
    work->parts = calloc(count, sizeof(*work->parts));
    work->documents = calloc(count, sizeof(khulasa_document *));
    if (work->job != NULL && work->parts != NULL && work->documents != NULL)
        return true;
    fault_set(fault, "busy", "out of memory for %zu articles", count);
    fault->error.retry = true;
    return false;
}

static void work_end(struct work *work) {
    for (size_t i = 0; i < work->request.article_count; i++) {
        if (work->parts != NULL)
            out_clear(&work->parts[i]);
        if (work->documents != NULL)
            khulasa_document_free(&work->documents[i]);
    }
    free(work->parts);
    free(work->documents);
    khulasa_job_free(&work->job);
    request_clear(&work->request);
}

static void answer_error(const struct wire_call *call, const struct fault *fault,
                         struct wire_answer *out) {
    bool line = call->body == WIRE_LINE;
    out->status = wire_error_status(fault->error.code);
    snprintf(out->code, sizeof(out->code), "%s", fault->error.code);
    out->bytes = wire_error_encode(&fault->error, line ? call->bytes : NULL, line ? call->size : 0,
                                   &out->size);
    if (out->bytes == NULL)
        out->status = 503;
}

static bool decode(struct wire_request *request, const struct wire_call *call,
                   struct fault *fault) {
    return call->body == WIRE_TEXT ? request_from_text(request, call, fault)
                                   : request_from_json(request, call, fault);
}

void wire_handle(const khulasa *engine, const struct wire_call *call, struct wire_answer *out) {
    struct work work = {.engine = engine, .call = call};
    struct fault fault = {{0}, ""};
    struct out answer = {0};
    *out = (struct wire_answer){.op = call->op};
    request_init(&work.request);
    bool good = decode(&work.request, call, &fault);
    out->op = work.request.op;
    if (good && (out->op == WIRE_STATUS || out->op == WIRE_HEALTH)) {
        snprintf(out->code, sizeof(out->code), "ok");
        request_clear(&work.request);
        return;
    }
    good = good && work_begin(&work, &fault);
    if (good) {
        out->articles = work.request.article_count;
        if (out->op == WIRE_ANALYZE)
            analyze(&work, &answer);
        else
            summarize(&work, &answer);
        out->sentences = atomic_load(&work.sentences);
        if (answer.failed)
            fail_all(&work, &(struct khulasa_error){.code = KHULASA_E_MEMORY});
        good = atomic_load(&work.failed) == KHULASA_OK;
        if (!good)
            explain(&work, &fault);
    }
    if (good) {
        out->status = 200;
        out->bytes = answer.bytes;
        out->size = answer.size;
        snprintf(out->code, sizeof(out->code), "ok");
    } else {
        out_clear(&answer);
        answer_error(call, &fault, out);
    }
    work_end(&work);
}

void wire_answer_clear(struct wire_answer *answer) {
    free(answer->bytes);
    *answer = (struct wire_answer){0};
}

char *wire_methods(size_t *size) {
    struct out out = {0};
    const struct khulasa_method *methods;
    size_t count = khulasa_methods(&methods);
    out_json(&out, "{\"methods\":[");
    for (size_t i = 0; i < count; i++) {
        out_comma(&out, i);
        out_json(&out, "{\"name\":");
        out_cstring(&out, methods[i].name);
        out_json(&out, ",\"description\":");
        out_cstring(&out, methods[i].description);
        out_json(&out, "}");
    }
    out_json(&out, "]}");
    *size = out.failed ? 0 : out.size;
    if (out.failed)
        out_clear(&out);
    return out.bytes;
}
