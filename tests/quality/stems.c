/*
 * Scores the stemmer on families of words: pairwise conflation, as F1.
 *
 * usage: stems [--model FILE] [--variant verified|light10] [--at-least F1] [-v] GROUPS.txt
 *
 * A line of GROUPS.txt is a family: all its words should have one stem, and share it with no word
 * of another. --variant verified is the engine's stemmer, with what the model and the file itself
 * have as evidence; light10 is the same idea without evidence (Larkey and others, 2002), to show
 * what the evidence gains. -v lists every pair that is merged or parted wrongly. Exits with 1 when
 * the score is below --at-least.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "lexicon/vocabulary.h"
#include "text/text.h"

enum { MOST_GROUPS = 1000, MOST_WORDS = 20000, LINE = 4096, WORD = 256 };

struct item {
    char word[WORD]; /* folded */
    char stem[WORD];
    size_t group;
};

struct groups {
    struct item *items;
    size_t count;
    struct text *lines;
    const struct text **texts;
    size_t line_count;
};

static void die(const char *what, const char *why) {
    (void)fprintf(stderr, "stems: %s: %s\n", what, why);
    exit(2);
}

static void read_groups(const char *path, struct arena *arena, struct groups *out) {
    static char line[LINE];
    struct khulasa_error error;
    FILE *file = fopen(path, "r");

    if (!file)
        die(path, "cannot be read");
    while (fgets(line, sizeof line, file)) {
        char *copy = arena_strndup(arena, line, strcspn(line, "\n"));
        if (!copy || out->line_count == MOST_GROUPS)
            die(path, "is too long");
        if (*copy == '\0' || *copy == '#')
            continue;
        struct text *text = &out->lines[out->line_count];
        if (text_read_line(arena, copy, strlen(copy), text, &error) != KHULASA_OK)
            die(path, error.message);
        out->texts[out->line_count++] = text;
    }
    (void)fclose(file);
}

/* Light stemming as in light10: the article with what stands before it, or و, if two letters
 * remain; then endings one after the other, while two letters remain. */
static void stem_light10(const char *word, char *out) {
    static const char *const articles[] = {"وال", "بال", "كال", "فال", "ال", "لل", "و"};
    static const char *const ends[] = {"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"};
    size_t size = strlen(word);

    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        size_t n = strlen(articles[i]), least = i == 6 ? 6 : 4;
        if (size >= n + least && memcmp(word, articles[i], n) == 0) {
            word += n;
            size -= n;
            break;
        }
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t n = strlen(ends[i]);
        if (size >= n + 4 && memcmp(word + size - n, ends[i], n) == 0)
            size -= n;
    }
    memcpy(out, word, size);
    out[size] = '\0';
}

static void stem_all(struct groups *groups, const struct vocabulary *vocabulary, int light) {
    for (size_t g = 0; g < groups->line_count; g++) {
        const struct text *text = groups->texts[g];
        for (size_t f = 0; f < text->form_count; f++) {
            if (groups->count == MOST_WORDS || text->forms[f].size >= WORD)
                die("groups", "too many words");
            struct item *item = &groups->items[groups->count++];
            const struct term *term = &vocabulary->terms[vocabulary->term_of[g][f]];
            item->group = g;
            (void)snprintf(item->word, WORD, "%s", text->forms[f].folded);
            if (light)
                stem_light10(item->word, item->stem);
            else
                (void)snprintf(item->stem, WORD, "%s", term->stem);
        }
    }
}

static double score(const struct groups *groups, int verbose) {
    size_t right = 0, merged = 0, parted = 0;

    for (size_t a = 0; a < groups->count; a++) {
        for (size_t b = a + 1; b < groups->count; b++) {
            const struct item *x = &groups->items[a], *y = &groups->items[b];
            int same = strcmp(x->stem, y->stem) == 0, should = x->group == y->group;
            if (strcmp(x->word, y->word) == 0)
                continue;
            right += same && should;
            merged += same && !should;
            parted += !same && should;
            if (verbose && same != should)
                printf("%s %s (%s) / %s (%s)\n", same ? "merged" : "parted", x->word, x->stem,
                       y->word, y->stem);
        }
    }
    double f1 = right ? 2 * (double)right / (double)(2 * right + merged + parted) : 0;
    printf("F1 %.4f  false merges %zu  missed %zu  words %zu  families %zu\n", f1, merged, parted,
           groups->count, groups->line_count);
    return f1;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"model", required_argument, NULL, 'm'},
                                            {"variant", required_argument, NULL, 'r'},
                                            {"at-least", required_argument, NULL, 'l'},
                                            {NULL, 0, NULL, 0}};
    const char *model = NULL;
    double least = 0;
    int light = 0, verbose = 0;

    for (int c; (c = getopt_long(argc, argv, "v", options, NULL)) != -1;) {
        if (c == 'm')
            model = optarg;
        else if (c == 'r' && strcmp(optarg, "verified") != 0 && strcmp(optarg, "light10") != 0)
            die(optarg, "no such variant");
        else if (c == 'r')
            light = strcmp(optarg, "light10") == 0;
        else if (c == 'l')
            least = strtod(optarg, NULL);
        else if (c == 'v')
            verbose = 1;
        else
            return 2;
    }
    if (optind + 1 != argc)
        die("usage", "stems [--model FILE] [--variant verified|light10] [--at-least F1] [-v] FILE");

    struct khulasa_error error;
    struct account account = {.cap = (size_t)1 << 28};
    struct arena *arena = arena_new(&account, 0);
    struct lexicon *lexicon = NULL;
    struct vocabulary vocabulary;
    struct groups groups = {.items = calloc(MOST_WORDS, sizeof(struct item)),
                            .lines = calloc(MOST_GROUPS, sizeof(struct text)),
                            .texts = calloc(MOST_GROUPS, sizeof(struct text *))};
    if (!arena || !groups.items || !groups.lines || !groups.texts)
        die("memory", "none left");
    if (lexicon_new(model, &lexicon, &error) != KHULASA_OK)
        die("lexicon", error.message);
    read_groups(argv[optind], arena, &groups);
    if (vocabulary_new(arena, NULL, lexicon, groups.texts, groups.line_count, &vocabulary,
                       &error) != KHULASA_OK)
        die("vocabulary", error.message);
    stem_all(&groups, &vocabulary, light);
    double f1 = score(&groups, verbose);

    free(groups.items);
    free(groups.lines);
    free(groups.texts);
    lexicon_free(&lexicon);
    arena_free(&arena);
    return f1 < least;
}
