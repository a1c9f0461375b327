#include "digest/topics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digest/cover.h"
#include "select/repeats.h"
#include "vector/similarity.h"

/* A sentence's prior, in parts of the mean weight of the topic's five heaviest sentences. With two
 * articles agreement proves little and place is all there is; with five it is nothing. */
#define PLACE 0.20      /* times (2 / articles)^3 / (1 + place in its article) */
#define LIKE_LEADS 0.12 /* times the likeness to the other articles' leads, of a short summary */
#define NOT_ALONE 0.005 /* points back, asks, or holds half a quotation: a tie-breaker */
#define ON_QUERY 1.50   /* times the cosine with the query over the best one */

/* Where many articles say the same, more of a sentence must be new than where two do, and fewer
 * words make a long summary. Times 1 - 2 / articles. */
#define REFUSE 0.10
#define REFUSE_OF_MANY 0.20
#define LONGER_OF_MANY 0.40 /* in mean leads */

#define HEAVIEST 5
#define LEAST_WORDS 7          /* shorter ones fill a limit and tell nobody anything */
#define REPEATS_ON_QUERY 0.50  /* answers share the words of the question: fewer are let in */
#define REPEATS 0.70           /* cosine: the share of new concepts refuses what is less alike */
#define LONGER_THAN_LEADS 1.25 /* words a sentence where sentences are counted, in mean leads */

enum part { COVERAGE, POSITION, LIKENESS, POINTS_BACK, QUERY, PARTS };

static const char *const part_names[PARTS] = {[COVERAGE] = "coverage",
                                              [POSITION] = "position",
                                              [LIKENESS] = "leads",
                                              [POINTS_BACK] = "points_back",
                                              [QUERY] = "query"};

/* One topic while its sentences are chosen. */
struct work {
    const struct topics_input *in;
    const struct topic *topic;
    size_t *which; /* (n): its passages, ascending */
    size_t n;
    size_t *cost, *words, *place; /* (n) */
    double lead;                  /* mean cost of its articles' first sentences */
    size_t *leads;                /* (sources): passage that opens each; SIZE_MAX: none */
    double *likeness;             /* (n): mean cosine with the other articles' leads */
    double many;                  /* 0 for two articles, near 1 for very many */
    double long_summary;          /* 0 to 1: concepts.h */
    double scale;
    struct concepts concepts;
    int64_t *total, *prior; /* (n) */
    bool *barred, *taken;   /* (n) */
    double *parts;          /* (n, PARTS) */
};

static bool leans(const struct passage *passage, uint32_t flags) {
    return passage->opening == OPENING_POINTS_BACK ||
           (flags & (SENTENCE_QUESTION | SENTENCE_OPENS_QUOTE | SENTENCE_CLOSES_QUOTE));
}

static int collect(struct work *work, const struct budget *budget, struct khulasa_error *error) {
    const struct passages *passages = work->in->passages;
    struct arena *arena = work->in->arena;
    double leads = 0.0, total = 0.0;
    size_t most = 0, place = 0;

    for (size_t s = 0; s < work->topic->source_count; s++) {
        const size_t source = work->topic->sources[s];

        most += passages->first_of[source + 1] - passages->first_of[source];
    }
    work->which = arena_alloc(arena, most, sizeof *work->which);
    work->leads = arena_alloc(arena, work->topic->source_count, sizeof *work->leads);
    work->likeness = arena_zalloc(arena, most, sizeof *work->likeness);
    work->cost = arena_alloc(arena, most, sizeof *work->cost);
    work->words = arena_alloc(arena, most, sizeof *work->words);
    work->place = arena_alloc(arena, most, sizeof *work->place);
    work->total = arena_zalloc(arena, most, sizeof *work->total);
    work->prior = arena_zalloc(arena, most, sizeof *work->prior);
    work->barred = arena_zalloc(arena, most, sizeof *work->barred);
    work->taken = arena_zalloc(arena, most, sizeof *work->taken);
    work->parts = arena_zalloc(arena, most, PARTS * sizeof *work->parts);
    if (!work->which || !work->leads || !work->likeness || !work->cost || !work->words ||
        !work->place || !work->total || !work->prior || !work->barred || !work->taken ||
        !work->parts)
        return arena_error(arena, error);
    for (size_t s = 0; s < work->topic->source_count; s++) {
        const size_t source = work->topic->sources[s];

        place = 0;
        work->leads[s] = SIZE_MAX;
        for (size_t i = passages->first_of[source]; i < passages->first_of[source + 1]; i++) {
            const struct passage *passage = &passages->items[i];
            const struct text *text = passages->sources[source].text;
            const size_t k = work->n++;

            work->which[k] = i;
            work->words[k] = text->sentences[passage->sentence].counted_words;
            work->cost[k] = budget->kind == KHULASA_SENTENCES
                                ? work->words[k]
                                : budget_cost(budget, text, passage->sentence);
            work->place[k] = place;
            if (!passage->in_bounds)
                continue;
            place++;
            if (work->leads[s] == SIZE_MAX) {
                work->leads[s] = i;
                leads += 1.0;
                total += (double)work->cost[k];
            }
        }
    }
    work->lead = leads > 0.0 ? total / leads : 1.0;
    if (work->topic->source_count > 2)
        work->many = 1.0 - 2.0 / (double)work->topic->source_count;
    return KHULASA_OK;
}

static int heavier(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? 1 : x > y ? -1 : 0;
}

/* Mean weight of the heaviest sentences within bounds. */
static int find_scale(struct work *work, struct khulasa_error *error) {
    int64_t *sorted = arena_alloc(work->in->arena, work->n, sizeof *sorted), sum = 0;
    size_t count = 0;

    if (!sorted)
        return arena_error(work->in->arena, error);
    for (size_t k = 0; k < work->n; k++) {
        if (work->in->passages->items[work->which[k]].in_bounds)
            sorted[count++] = work->total[k];
    }
    qsort(sorted, count, sizeof *sorted, heavier);
    count = count < HEAVIEST ? count : HEAVIEST;
    for (size_t k = 0; k < count; k++)
        sum += sorted[k];
    work->scale = count && sum > 0 ? (double)sum / (double)count : 1.0;
    return KHULASA_OK;
}

static void add_lead(const struct work *work, size_t s, double factor) {
    if (work->leads[s] != SIZE_MAX)
        matrix_add_row(work->in->tfidf, work->leads[s], factor, work->in->dense);
}

/* The sum of all leads is held against each sentence, its own article's taken out meanwhile. */
static void find_likeness(struct work *work) {
    const struct matrix *x = work->in->tfidf;
    const size_t sources = work->topic->source_count;
    size_t k = 0;

    if (sources < 2)
        return;
    for (size_t s = 0; s < sources; s++)
        add_lead(work, s, 1.0);
    for (size_t s = 0; s < sources; s++) {
        const size_t source = work->topic->sources[s];

        add_lead(work, s, -1.0);
        for (; k < work->n && work->in->passages->items[work->which[k]].source == source; k++) {
            const double sum = matrix_row_dot(x, work->which[k], work->in->dense);

            work->likeness[k] = sum > 0.0 ? similarity_round(sum / (double)(sources - 1)) : 0.0;
        }
        add_lead(work, s, 1.0);
    }
    for (size_t s = 0; s < sources; s++) {
        if (work->leads[s] == SIZE_MAX)
            continue;
        for (size_t t = x->start[work->leads[s]]; t < x->start[work->leads[s] + 1]; t++)
            work->in->dense[x->column[t]] = 0.0;
    }
}

static void find_priors(struct work *work) {
    const struct topics_input *in = work->in;
    const double articles = (double)work->topic->source_count;
    const double place = PLACE * pow(2.0 / (articles > 1.0 ? articles : 2.0), 3.0);
    double relevant = 0.0;

    for (size_t k = 0; in->relevance && k < work->n; k++)
        relevant = fmax(relevant, in->relevance[work->which[k]]);
    for (size_t k = 0; k < work->n; k++) {
        const struct passage *passage = &in->passages->items[work->which[k]];
        double *part = work->parts + k * PARTS;

        part[COVERAGE] = (double)work->total[k] / work->scale;
        part[POSITION] = place / (1.0 + (double)work->place[k]);
        part[LIKENESS] = LIKE_LEADS * (1.0 - work->long_summary) * work->likeness[k];
        if (leans(passage, passage_sentence(in->passages, work->which[k])->flags))
            part[POINTS_BACK] = -NOT_ALONE;
        if (in->relevance && relevant > 0.0)
            part[QUERY] = ON_QUERY * in->relevance[work->which[k]] / relevant;
        work->prior[k] = llround(
            work->scale * (part[POSITION] + part[LIKENESS] + part[POINTS_BACK] + part[QUERY]));
    }
}

/* strict: bounds on length are kept to, and no lead-in or scrap is taken. */
static void set_barred(struct work *work, bool strict) {
    for (size_t k = 0; k < work->n; k++) {
        const size_t i = work->which[k];

        work->barred[k] = work->in->barred[i];
        if (strict && (!work->in->passages->items[i].in_bounds || work->words[k] < LEAST_WORDS ||
                       (passage_sentence(work->in->passages, i)->flags & SENTENCE_LEAD_IN)))
            work->barred[k] = true;
    }
}

/* What a budget allows this topic: costs together, and sentences. */
static void find_limits(const struct work *work, const struct budget *budget, size_t *limit,
                        size_t *most) {
    *most = SIZE_MAX;
    *limit = budget->limit;
    if (budget->kind == KHULASA_SENTENCES) {
        const double words = LONGER_THAN_LEADS * work->lead * (double)budget->limit;

        *most = budget->limit;
        *limit = words < (double)SIZE_MAX / 2 ? (size_t)words : SIZE_MAX / 2;
    }
}

/* How many leads the budget has room for decides what summary it is. */
static double how_long(const struct work *work, const struct budget *budget) {
    const double leads = budget->kind == KHULASA_SENTENCES ? (double)budget->limit
                                                           : (double)budget->limit / work->lead;

    return fmin(1.0, fmax(0.0, 0.8 * (leads + LONGER_OF_MANY * work->many - 2.0)));
}

static int choose(struct work *work, const struct budget *budget, struct khulasa_error *error) {
    const struct topics_input *in = work->in;
    struct cover_input cover = {.arena = in->arena,
                                .job = in->job,
                                .concepts = &work->concepts,
                                .prior = work->prior,
                                .total = work->total,
                                .cost = work->cost,
                                .words = work->words,
                                .barred = work->barred,
                                .tfidf = in->tfidf,
                                .dense = in->dense,
                                .row_of = work->which,
                                .repeats = in->relevance ? REPEATS_ON_QUERY : REPEATS};
    int code;

    find_limits(work, budget, &cover.limit, &cover.most);
    work->long_summary = how_long(work, budget);
    cover.refuse = REFUSE + REFUSE_OF_MANY * work->many;
    cover.thorough = work->long_summary < 0.5;
    code = concepts_find(in->arena, in->job, in->passages, work->which, work->n,
                         work->topic->source_count, work->long_summary, &work->concepts, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t k = 0; k < work->n; k++) {
        for (size_t c = work->concepts.start[k]; c < work->concepts.start[k + 1]; c++)
            work->total[k] += work->concepts.weight[work->concepts.which[c]];
    }
    code = find_scale(work, error);
    if (code != KHULASA_OK)
        return code;
    find_likeness(work);
    find_priors(work);
    for (int strict = 1; strict >= 0; strict--) {
        set_barred(work, strict);
        code = cover_choose(&cover, work->taken, error);
        if (code != KHULASA_OK || memchr(work->taken, 1, work->n))
            return code;
        /* Not one fits: sentences alone are counted, not their words. */
        if (budget->kind == KHULASA_SENTENCES)
            cover.limit = SIZE_MAX / 2;
    }
    return KHULASA_OK;
}

int topics_choose_one(const struct topics_input *input, const struct topic *topic,
                      const struct budget *budget, bool *taken, struct khulasa_error *error) {
    const struct arena_mark mark = arena_mark(input->arena);
    struct work work = {.in = input, .topic = topic};
    int code = collect(&work, budget, error);

    if (code == KHULASA_OK)
        code = choose(&work, budget, error);
    if (code != KHULASA_OK)
        return code;
    for (size_t k = 0; k < work.n; k++)
        taken[work.which[k]] = work.taken[k];
    arena_rewind(input->arena, mark);
    return KHULASA_OK;
}

/* Mean cost of the first sentence of a topic's articles, in the unit of the budget. */
static double mean_lead(const struct topics_input *in, const struct topic *topic,
                        const struct budget *budget) {
    double leads = 0.0, total = 0.0;

    for (size_t s = 0; s < topic->source_count; s++) {
        const size_t source = topic->sources[s];

        for (size_t i = in->passages->first_of[source]; i < in->passages->first_of[source + 1];
             i++) {
            if (!in->passages->items[i].in_bounds)
                continue;
            leads += 1.0;
            total += (double)budget_cost(budget, in->passages->sources[source].text,
                                         in->passages->items[i].sentence);
            break;
        }
    }
    return leads > 0.0 ? total / leads : 1.0;
}

static double weight_of(const struct topic *topic) {
    return 1.0 + log2((double)(topic->outlets ? topic->outlets : 1));
}

/* How many topics, from the first, each get at least a mean lead of their own. */
static int count_served(const struct topics_input *in, const struct topic *topics, size_t count,
                        const struct budget *budget, size_t *served, struct khulasa_error *error) {
    double *lead = arena_alloc(in->arena, count, sizeof *lead), weights = 0.0;
    double most = 0.0; /* of lead / weight among those served: what each unit of weight must buy */

    if (!lead)
        return arena_error(in->arena, error);
    *served = 0;
    for (size_t k = 0; k < count; k++) {
        const double weight = weight_of(&topics[k]);

        lead[k] = mean_lead(in, &topics[k], budget);
        weights += weight;
        most = fmax(most, lead[k] / weight);
        if (k > 0 && weights * most > (double)budget->limit)
            break;
        *served = k + 1;
    }
    return KHULASA_OK;
}

static void add_scores(const struct work *work, struct rank_scores *scores) {
    for (size_t k = 0; k < work->n; k++)
        memcpy(scores->parts + work->which[k] * PARTS, work->parts + k * PARTS,
               PARTS * sizeof *work->parts);
}

static int choose_all(const struct topics_input *in, const struct topic *topics, size_t served,
                      const struct budget *budget, struct rank_scores *scores,
                      struct selection *selection, struct khulasa_error *error) {
    size_t left = budget->limit;
    double weights = 0.0;

    for (size_t k = 0; k < served; k++)
        weights += weight_of(&topics[k]);
    for (size_t k = 0; k < served && left; k++) {
        const double weight = weight_of(&topics[k]);
        const struct arena_mark mark = arena_mark(in->arena);
        struct work work = {.in = in, .topic = &topics[k]};
        struct budget share = *budget;
        int code;

        share.limit = (size_t)((double)left * (weight / weights) + 1e-9);
        if (k + 1 == served || share.limit == 0)
            share.limit = left;
        weights -= weight;
        code = collect(&work, &share, error);
        if (code == KHULASA_OK)
            code = choose(&work, &share, error);
        if (code != KHULASA_OK)
            return code;
        add_scores(&work, scores);
        for (size_t i = 0; i < work.n; i++) {
            if (!work.taken[i])
                continue;
            selection->taken[work.which[i]] = true;
            selection->count++;
            left -= budget->kind == KHULASA_SENTENCES ? 1 : work.cost[i];
        }
        arena_rewind(in->arena, mark);
    }
    return KHULASA_OK;
}

/* Why each passage is in or out, once the choice stands. */
static int explain(const struct topics_input *in, const struct budget *budget,
                   struct selection *selection, struct khulasa_error *error) {
    struct repeats *repeats = repeats_new(in->arena, in->tfidf);
    size_t spent = 0;

    if (!repeats)
        return arena_error(in->arena, error);
    for (size_t i = 0; i < in->passages->count; i++) {
        if (!selection->taken[i])
            continue;
        spent += budget_cost(budget, in->passages->sources[in->passages->items[i].source].text,
                             in->passages->items[i].sentence);
        if (!repeats_add(repeats, i))
            return arena_error(in->arena, error);
    }
    for (size_t i = 0; i < in->passages->count; i++) {
        const struct passage *passage = &in->passages->items[i];

        if (i % 4096 == 4095) {
            int code = job_check(in->job, error);

            if (code != KHULASA_OK)
                return code;
        }
        selection->of[i] = SIZE_MAX;
        if (selection->taken[i]) {
            selection->why[i] = KHULASA_CHOSEN;
        } else if (in->barred[i] || !passage->in_bounds) {
            selection->why[i] = KHULASA_NOT_A_CANDIDATE;
        } else if ((selection->of[i] = repeats_find(repeats, i, SIZE_MAX, SELECT_REPEATS)) !=
                   SIZE_MAX) {
            selection->why[i] = KHULASA_REPEATS;
        } else if (budget->kind != KHULASA_SENTENCES &&
                   budget_cost(budget, in->passages->sources[passage->source].text,
                               passage->sentence) > budget->limit - spent) {
            selection->why[i] = KHULASA_DOES_NOT_FIT;
        } else {
            selection->why[i] = KHULASA_LOWER;
        }
    }
    return KHULASA_OK;
}

int topics_choose(const struct topics_input *input, const struct topic *topics, size_t topic_count,
                  const struct budget *budget, struct rank_scores *scores,
                  struct selection *selection, struct khulasa_error *error) {
    struct arena *arena = input->arena;
    const size_t n = input->passages->count;
    size_t served = 0;
    int code = rank_scores_new(arena, n, part_names, PARTS, scores, error);

    *selection = (struct selection){.taken = arena_zalloc(arena, n, sizeof *selection->taken),
                                    .why = arena_alloc(arena, n, sizeof *selection->why),
                                    .of = arena_alloc(arena, n, sizeof *selection->of)};
    if (code != KHULASA_OK)
        return code;
    if (!selection->taken || !selection->why || !selection->of)
        return arena_error(arena, error);
    code = count_served(input, topics, topic_count, budget, &served, error);
    if (code == KHULASA_OK)
        code = choose_all(input, topics, served, budget, scores, selection, error);
    if (code != KHULASA_OK)
        return code;
    rank_scores_add_up(scores, n);
    return explain(input, budget, selection, error);
}
