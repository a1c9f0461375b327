/*
 * The words of articles that may stand in phrases, and which of them are joined.
 */
#include "digest/keyphrases_private.h"

#include "base/error.h"
#include "text/chars.h"
#include "text/utf8.h"

struct reader {
    struct word_roles *all_roles;
    struct tokens *tokens;
    const struct text *text;
    const uint32_t *term_of;
    const bool *stop;
    struct word_role *roles; /* (forms) */
    bool *known;             /* (forms): the role is there */
    uint32_t source;
    bool title;
};

static struct word_role role_of(struct reader *reader, uint32_t form) {
    if (!reader->known[form]) {
        reader->roles[form] = word_roles_find(reader->all_roles, &reader->text->forms[form],
                                              reader->term_of[form], reader->stop[form]);
        reader->known[form] = true;
    }
    return reader->roles[form];
}

/* Whether nothing but white space stands between two offsets. */
static bool is_blank(const char *bytes, size_t start, size_t end) {
    while (start < end) {
        const enum char_class class = char_class(utf8_next(bytes, &start));

        if (class != CHAR_SPACE && class != CHAR_NEWLINE)
            return false;
    }
    return true;
}

/* Whether two words next to each other may be of one phrase. What follows a noun with the article
 * has it, too, or is a name: «الرئيس الروسي», «الرئيس بوتين». */
static bool may_follow(const struct word_role *before, const struct word_role *word) {
    return before->usable && word->usable && !word->clitics &&
           (!before->article || word->article || word->name);
}

static void read_words(struct reader *reader, uint32_t first, uint32_t count, double weight) {
    struct tokens *tokens = reader->tokens;
    const struct text_word *words = reader->text->words;
    struct word_role before = {.usable = false};

    for (uint32_t w = first; w < first + count; w++) {
        const struct word_role role = role_of(reader, words[w].form);

        if (role.usable)
            tokens->items[tokens->count++] = (struct token){
                .source = reader->source,
                .word = w,
                .term = reader->term_of[words[w].form],
                .clitics = role.clitics,
                .weight = (uint8_t)(2.0 * weight),
                .title = reader->title,
                .joined = w > first && may_follow(&before, &role) &&
                          is_blank(reader->text->bytes, words[w - 1].end, words[w].start),
                .article = role.article,
                .half_article = role.half_article,
                .name = role.name,
            };
        before = role;
    }
}

static void read_text(struct reader *reader) {
    const struct text *text = reader->text;
    bool opening = true;

    memset(reader->known, 0, text->form_count * sizeof *reader->known);
    for (size_t i = 0; i < text->sentence_count; i++) {
        const struct text_sentence *sentence = &text->sentences[i];
        const bool heading = text->blocks[sentence->block].type == KHULASA_HEADING;

        if (reader->title) {
            read_words(reader, sentence->first_word, sentence->words, KEYPHRASES_TITLE);
        } else if (heading || sentence->flags & (SENTENCE_CANDIDATE | SENTENCE_OUT_OF_BOUNDS)) {
            read_words(reader, sentence->first_word, sentence->words,
                       opening || heading ? KEYPHRASES_OPENING : 1.0);
            opening = opening && heading;
        }
    }
}

int phrase_tokens_read(const struct keyphrases *keyphrases, struct arena *arena,
                       const size_t *which, size_t which_count, struct tokens *out,
                       struct khulasa_error *error) {
    const struct source *sources = keyphrases->sources;
    struct reader reader = {.all_roles = keyphrases->roles, .tokens = out};
    size_t words = 0, forms = 0;

    for (size_t k = 0; k < which_count; k++) {
        const struct text *text = sources[which[k]].text, *title = sources[which[k]].title;

        words += text->word_count + (title ? title->word_count : 0);
        forms = text->form_count > forms ? text->form_count : forms;
        forms = title && title->form_count > forms ? title->form_count : forms;
    }
    *out = (struct tokens){.sources = sources};
    if (words > UINT32_MAX / (2 * KEYPHRASES_WORDS))
        return error_set(error, KHULASA_E_TOO_COMPLEX, "the articles have over %u words",
                         UINT32_MAX / (2 * KEYPHRASES_WORDS));
    out->items = arena_alloc(arena, words, sizeof *out->items);
    reader.roles = arena_alloc(arena, forms, sizeof *reader.roles);
    reader.known = arena_alloc(arena, forms, sizeof *reader.known);
    if (!out->items || !reader.roles || !reader.known)
        return arena_error(arena, error);
    for (size_t k = 0; k < which_count; k++) {
        const struct source *source = &sources[which[k]];

        reader.source = (uint32_t)which[k];
        if (source->title) {
            reader.text = source->title;
            reader.term_of = source->title_term_of;
            reader.stop = source->title_stop;
            reader.title = true;
            read_text(&reader);
        }
        reader.text = source->text;
        reader.term_of = source->term_of;
        reader.stop = source->stop;
        reader.title = false;
        read_text(&reader);
        if (k % 64 == 63) {
            int code = job_check(keyphrases->job, error);

            if (code != KHULASA_OK)
                return code;
        }
    }
    return KHULASA_OK;
}
