/*
 * Words come from Simon's process (H. A. Simon, "On a class of skew distribution functions", 1955):
 * the next word is a new one with a probability that falls as the text grows, else it repeats a
 * word at a random place of the text so far. The first gives Heaps' law, V = K n^b, the second
 * Zipf's. The text so far begins as the seed, so that stop words and their like keep their shares.
 * The lengths of sentences, paragraphs and articles, and the punctuation, are the seed's.
 */
#include "generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Heaps' law for Arabic news, inflected forms. */
#define HEAPS_K 20.0
#define HEAPS_B 0.70

/* Bytes of a word; a seed's longer ones are left out. */
#define LONGEST 64

struct generator {
    const struct bench_articles *seed;
    size_t next; /* article of the seed whose shape is taken */
    uint64_t state;
    char *pool; /* spellings, one after another, NUL-ended */
    size_t pool_size, pool_capacity;
    uint32_t *words; /* (count): the running text, as places in the pool */
    size_t count, capacity;
};

/* xorshift64* */
static uint64_t random_next(struct generator *generator) {
    uint64_t x = generator->state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    generator->state = x;
    return x * UINT64_C(2685821657736338717);
}

static size_t random_below(struct generator *generator, size_t bound) {
    return (size_t)((random_next(generator) >> 11) % bound);
}

/* A byte of an Arabic letter in UTF-8; digits, punctuation and Latin have none of them. */
static int in_word(unsigned char byte) {
    return byte == 0xD8 || byte == 0xD9 || (byte >= 0x80 && byte <= 0xBF);
}

/* Bytes of the word that begins at text; 0 where none does. «،», «؛» and «؟» are D8 8C, 9B, 9F. */
static size_t word_size(const char *text, size_t size) {
    size_t at = 0;
    while (at + 1 < size && ((unsigned char)text[at] == 0xD8 || (unsigned char)text[at] == 0xD9) &&
           in_word((unsigned char)text[at + 1]) &&
           !((unsigned char)text[at] == 0xD8 && (unsigned char)text[at + 1] < 0xA0))
        at += 2;
    return at;
}

static void run_on(struct generator *generator, uint32_t word) {
    if (generator->count == generator->capacity) {
        generator->capacity = 2 * generator->capacity + 4096;
        generator->words =
            bench_realloc(generator->words, generator->capacity, sizeof *generator->words);
    }
    generator->words[generator->count++] = word;
}

static uint32_t spell(struct generator *generator, const char *text, size_t size) {
    uint32_t place = (uint32_t)generator->pool_size;
    if (generator->pool_size + size + 1 > generator->pool_capacity) {
        generator->pool_capacity = 2 * generator->pool_capacity + size + 65536;
        generator->pool = bench_realloc(generator->pool, generator->pool_capacity, 1);
    }
    memcpy(generator->pool + place, text, size);
    generator->pool[place + size] = '\0';
    generator->pool_size += size + 1;
    if (generator->pool_size > UINT32_MAX / 2)
        bench_fail("more text than the generator is made for");
    return place;
}

/* A root of three letters in a common pattern: about 22,000 roots, a dozen patterns. */
static uint32_t new_word(struct generator *generator) {
    static const char *const letters[] = {"ب", "ت", "ث", "ج", "ح", "خ", "د", "ذ", "ر", "ز",
                                          "س", "ش", "ص", "ض", "ط", "ظ", "ع", "غ", "ف", "ق",
                                          "ك", "ل", "م", "ن", "ه", "و", "ي", "ء"};
    static const char *const patterns[] = {"123",   "1ا23",  "م123",  "12ا3",   "12ي3", "ال123ة",
                                           "ت12ي3", "ا1ت23", "مت123", "ال1ا23", "12و3", "و123ت"};
    const char *root[3], *pattern = patterns[random_below(generator, 12)];
    char word[LONGEST] = "";
    for (int i = 0; i < 3; i++)
        root[i] = letters[random_below(generator, 28)];
    for (; *pattern != '\0'; pattern++) {
        char letter[2] = {*pattern, '\0'};
        strcat(word, *pattern >= '1' && *pattern <= '3' ? root[*pattern - '1'] : letter);
    }
    return spell(generator, word, strlen(word));
}

static uint32_t next_word(struct generator *generator) {
    double n = (double)generator->count + 1;
    double fresh = HEAPS_K * HEAPS_B * pow(n, HEAPS_B - 1);
    double dice = (double)(random_next(generator) >> 11) / 9007199254740992.0; /* 2^53 */
    uint32_t word = dice < fresh && dice < 0.5
                        ? new_word(generator)
                        : generator->words[random_below(generator, generator->count)];
    run_on(generator, word);
    return word;
}

struct generator *generator_new(const struct bench_articles *seed) {
    struct generator *generator = bench_realloc(NULL, 1, sizeof *generator);
    *generator = (struct generator){.seed = seed, .state = 20250509};
    for (size_t i = 0; i < seed->count; i++) {
        const char *text = seed->list[i].text;
        for (size_t at = 0, size; at<seed->list[i].text_size; at += size> 0 ? size : 1) {
            size = word_size(text + at, seed->list[i].text_size - at);
            if (size > 0 && size <= LONGEST)
                run_on(generator, spell(generator, text + at, size));
        }
    }
    if (generator->count == 0)
        bench_fail("no Arabic word to generate from");
    return generator;
}

void generator_free(struct generator **generator) {
    if (*generator == NULL)
        return;
    free((*generator)->pool);
    free((*generator)->words);
    free(*generator);
    *generator = NULL;
}

/* The title is the first words, as an editor makes it of them; the source is one of a few. */
static void add_titled(struct bench_articles *to, const char *text, size_t size) {
    static const char *const sources[] = {"أ", "ب", "ج", "د", "ه"};
    char title[8 * (LONGEST + 1) + 1] = "";
    size_t words = 0;
    for (size_t at = 0, word; at < size && words<8; at += word> 0 ? word : 1) {
        word = word_size(text + at, size - at);
        if (word == 0 || word > LONGEST)
            continue;
        if (words++ > 0)
            strcat(title, " ");
        strncat(title, text + at, word);
    }
    bench_articles_add(to, text, size, title, sources[to->count % 5]);
}

void generator_article(struct generator *generator, struct bench_articles *to) {
    const struct khulasa_article *shape =
        &generator->seed->list[generator->next++ % generator->seed->count];
    char *text = bench_realloc(NULL, shape->text_size + 1, LONGEST / 2), *out = text;
    for (size_t at = 0, size; at<shape->text_size; at += size> 0 ? size : 1) {
        size = word_size(shape->text + at, shape->text_size - at);
        if (size > 0) {
            uint32_t place = next_word(generator); /* which may move the pool */
            const char *word = generator->pool + place;
            size_t length = strlen(word);
            memcpy(out, word, length);
            out += length;
        } else {
            *out++ = shape->text[at];
        }
    }
    add_titled(to, text, (size_t)(out - text));
    free(text);
}
