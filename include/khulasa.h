/*
 * khulasa: extractive summaries of Arabic articles, one at a time or as a set.
 *
 * How it is used:
 *
 *     khulasa_new()            once: the engine, which is the background model and the word lists
 *     khulasa_job_new()        per request: how much memory it may use, and when it must stop
 *     khulasa_read()           per article: bytes -> khulasa_document (blocks, sentences, words)
 *     khulasa_summarize()      a document -> its summary
 *     khulasa_summarize_set()  many documents -> the digest of the set
 *
 * Ownership. Every x_new or out-parameter gives a new object to the caller, who ends it with the
 * matching x_free; x_free takes the address of the pointer, accepts NULL behind it and clears it.
 * Strings handed in are borrowed for as long as stated at the call. What a result points to lives
 * as long as the result.
 *
 * Threads. An engine is immutable: any number of threads may use one at once. A job may be shared
 * by the threads that work for one request. A document is immutable once read. The library holds
 * no global state and starts no thread. It calls OpenBLAS, whose thread count is the program's to
 * set: programs should call openblas_set_num_threads(1) before the first engine is made.
 *
 * Offsets are bytes of UTF-8 in the article's text, start inclusive, end exclusive; slicing the
 * text there gives exactly what is shown.
 *
 * Errors. Functions return KHULASA_OK (0) or a positive enum khulasa_code, and fill the error
 * object, when one is given, with a sentence that names the thing and the limit.
 */
#ifndef KHULASA_H
#define KHULASA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define KHULASA_API __attribute__((visibility("default")))
#define KHULASA_MUST_CHECK __attribute__((warn_unused_result))
#else
#define KHULASA_API
#define KHULASA_MUST_CHECK
#endif

enum khulasa_code {
    KHULASA_OK = 0,
    KHULASA_E_MEMORY,      /* an allocation failed */
    KHULASA_E_TOO_COMPLEX, /* over the job's memory cap or the sentence limit; error.limit is set */
    KHULASA_E_TOO_LARGE,   /* the text is longer than max_article_bytes; error.limit is set */
    KHULASA_E_BAD_UTF8,    /* error.offset is the first bad byte */
    KHULASA_E_EMPTY_TEXT,  /* the text has no Arabic sentence */
    KHULASA_E_BAD_REQUEST, /* an option out of its range, an unknown method */
    KHULASA_E_BAD_MODEL,   /* the model file is damaged or of another version */
    KHULASA_E_IO,          /* a file could not be read or written */
    KHULASA_E_CANCELLED,   /* the job's stop function said so */
    KHULASA_E_DEADLINE,    /* the job's stop function said so */
};

struct khulasa_error {
    enum khulasa_code code;
    uint64_t offset; /* bytes; KHULASA_E_BAD_UTF8 and KHULASA_E_BAD_MODEL */
    uint64_t limit;  /* the limit that was passed, 0 where there is none */
    char message[256];
};

KHULASA_API const char *khulasa_version(void);

/* The wire name of a code: "empty_text", "bad_utf8", … Static. */
KHULASA_API const char *khulasa_code_name(enum khulasa_code code);

/* ---- The engine ------------------------------------------------------------------------------ */

typedef struct khulasa khulasa;

struct khulasa_config {
    /* A background model made by `khulasa train`. NULL: the first that exists of $KHULASA_MODEL,
     * the model beside the running program, the installed one; and none of them, no model. */
    const char *model_path;
    bool no_model;            /* true: look for none */
    size_t max_article_bytes; /* 0: 8 MiB */
    size_t max_sentences;     /* of one article; 0: 100,000 */
};

/* config may be NULL. A model that was named, or found, and is not sound is KHULASA_E_BAD_MODEL. */
KHULASA_API int khulasa_new(const struct khulasa_config *config, khulasa **out,
                            struct khulasa_error *error) KHULASA_MUST_CHECK;
KHULASA_API void khulasa_free(khulasa **engine);

/* "ar-news-1", or "builtin" where no model was found. Lives as long as the engine. */
KHULASA_API const char *khulasa_model_name(const khulasa *engine);

/* Path of the model file in use, or NULL. */
KHULASA_API const char *khulasa_model_path(const khulasa *engine);

/* ---- A job: the memory and the time that one request may use --------------------------------- */

typedef struct khulasa_job khulasa_job;

/* Asked between phases of the work, from whichever thread does it: KHULASA_OK to go on, or
 * KHULASA_E_CANCELLED or KHULASA_E_DEADLINE. */
typedef enum khulasa_code khulasa_stop_fn(void *context);

/* max_memory: bytes for everything the job's documents and results hold; 0: 1 GiB. stop may be
 * NULL. NULL when out of memory. The job must outlive what was made under it. */
KHULASA_API khulasa_job *khulasa_job_new(size_t max_memory, khulasa_stop_fn *stop,
                                         void *context) KHULASA_MUST_CHECK;
KHULASA_API void khulasa_job_free(khulasa_job **job);
KHULASA_API size_t khulasa_job_memory(const khulasa_job *job); /* bytes held now */

/* ---- Documents ------------------------------------------------------------------------------- */

struct khulasa_article {
    const char *text; /* UTF-8, need not be valid: that is checked here */
    size_t text_size;
    const char *title;     /* NULL: none. Title, source and published are valid UTF-8, NUL-ended */
    const char *source;    /* NULL: unknown; articles of one source are not independent */
    const char *published; /* NULL, or ISO 8601 */
};

typedef struct khulasa_document khulasa_document;

/* Folds and segments. The article's strings are borrowed until the document is freed, and so is the
 * engine. Words are stemmed when stems are first asked for: those of a set are stemmed together. */
KHULASA_API int khulasa_read(const khulasa *engine, khulasa_job *job,
                             const struct khulasa_article *article, khulasa_document **out,
                             struct khulasa_error *error) KHULASA_MUST_CHECK;
KHULASA_API void khulasa_document_free(khulasa_document **document);

enum khulasa_block_type {
    KHULASA_PARAGRAPH,
    KHULASA_HEADING,
    KHULASA_BYLINE,
    KHULASA_DATELINE,
    KHULASA_CREDIT,
    KHULASA_PROMO,
    KHULASA_LIST_ITEM,
    KHULASA_CAPTION,
};

/* "paragraph", "list-item", … Static. */
KHULASA_API const char *khulasa_block_type_name(enum khulasa_block_type type);

struct khulasa_block_info {
    enum khulasa_block_type type;
    size_t start, end;
    size_t first_sentence, sentences; /* a block that holds words has at least one */
};

struct khulasa_sentence_info {
    size_t start, end;
    size_t first_word, words; /* indexed words */
    size_t counted_words;     /* words as every limit and count has them */
    bool candidate;           /* may stand in a summary */
    bool cut;                 /* bounded by length for want of punctuation */
};

struct khulasa_word_info {
    size_t start, end;
    const char *folded, *stem; /* NUL-ended; stem "": no memory was left to find it */
    bool stop;
};

KHULASA_API size_t khulasa_document_blocks(const khulasa_document *document);
KHULASA_API size_t khulasa_document_sentences(const khulasa_document *document);
KHULASA_API size_t khulasa_document_words(const khulasa_document *document); /* indexed words */
KHULASA_API size_t khulasa_document_counted_words(const khulasa_document *document);

/* Whether any of its sentences may stand in a summary. Where none may, khulasa_summarize() is
 * KHULASA_E_EMPTY_TEXT, and the document should be left out of a set (NULL in its place). */
KHULASA_API bool khulasa_document_can_be_summarized(const khulasa_document *document);

/* index must be below the count above. */
KHULASA_API struct khulasa_block_info khulasa_document_block(const khulasa_document *document,
                                                             size_t index);
KHULASA_API struct khulasa_sentence_info khulasa_document_sentence(const khulasa_document *document,
                                                                   size_t index);
KHULASA_API struct khulasa_word_info khulasa_document_word(const khulasa_document *document,
                                                           size_t index);

/* ---- What is asked for ---------------------------------------------------------------------- */

enum khulasa_unit {
    KHULASA_UTF16, /* UTF-16 code units: what chat clients count */
    KHULASA_CODE_POINT,
    KHULASA_GRAPHEME,
    KHULASA_UTF8, /* bytes */
};

/* Length of valid UTF-8 text in the unit. */
KHULASA_API size_t khulasa_count_units(const char *text, size_t size, enum khulasa_unit unit);

/* Bytes before the first that is not UTF-8 (overlong forms, surrogates and code points past
 * U+10FFFF are not); size when all is. For what must be valid before it comes here. */
KHULASA_API size_t khulasa_utf8_valid(const char *text, size_t size);

/* A slice as it is shown: each run of white space that holds a line break becomes one space. Writes
 * at most size bytes to out and returns how many; out NULL: only counts. Valid UTF-8 in and out. */
KHULASA_API size_t khulasa_flatten(const char *text, size_t size, char *out);

enum khulasa_length_kind {
    KHULASA_SENTENCES,
    KHULASA_WORDS,
    KHULASA_CHARACTERS,
    KHULASA_RATIO, /* of all words of the text, headings included, rounded down */
};

struct khulasa_length {
    enum khulasa_length_kind kind;
    enum khulasa_unit unit; /* KHULASA_CHARACTERS */
    size_t count;           /* sentences, words, characters: at least 1 */
    double ratio;           /* KHULASA_RATIO: 0 < ratio <= 1 */
};

enum khulasa_detail {
    KHULASA_KEYPHRASES = 1 << 0,
    KHULASA_FIGURES = 1 << 1,
    KHULASA_DUPLICATES = 1 << 2,
    KHULASA_SCORES = 1 << 3,
};

struct khulasa_options {
    struct khulasa_length length; /* a hard upper limit */
    const char *method;           /* NULL: "default" */
    const char *query;            /* NULL: none. NUL-ended valid UTF-8 */
    const char *const *seen;      /* texts the reader has already; valid UTF-8, NUL-ended */
    size_t seen_count;
    unsigned detail; /* enum khulasa_detail, or-ed */
};

/* The ranking methods, one line of explanation each. */
struct khulasa_method {
    const char *name;
    const char *description; /* English, one sentence, with the source */
};
KHULASA_API size_t khulasa_methods(const struct khulasa_method **out); /* static table */

/* ---- What comes back ------------------------------------------------------------------------- */

enum khulasa_note {
    KHULASA_NOTE_NONE,
    KHULASA_NOTE_SHORTER_THAN_ANY_SENTENCE,
    KHULASA_NOTE_NOTHING_ON_QUERY,
    KHULASA_NOTE_NOTHING_NEW,
};

/* "nothing_on_query", … and a sentence for people. Static; NULL for KHULASA_NOTE_NONE. */
KHULASA_API const char *khulasa_note_name(enum khulasa_note note);
KHULASA_API const char *khulasa_note_message(enum khulasa_note note);

enum khulasa_why {
    KHULASA_CHOSEN,
    KHULASA_REPEATS, /* score.of names the sentence it repeats */
    KHULASA_DOES_NOT_FIT,
    KHULASA_POINTS_BACK,
    KHULASA_NOT_A_CANDIDATE,
    KHULASA_LOWER,
};
KHULASA_API const char *khulasa_why_name(enum khulasa_why why); /* "chosen", … Static. */

struct khulasa_score_part {
    const char *name; /* "position", "title", "centrality", … Static. */
    double value;     /* its contribution to the score: the parts add up to it */
};

struct khulasa_score {
    size_t article; /* position among the documents; 0 for a single one */
    size_t index;   /* of the sentence in its document */
    size_t start, end;
    double score;
    const struct khulasa_score_part *parts;
    size_t part_count;
    bool taken;
    enum khulasa_why why;
    size_t of_article, of; /* the sentence repeated; SIZE_MAX: none */
};

struct khulasa_sentence {
    size_t article; /* position among the documents; 0 for a single one */
    size_t index;   /* of the sentence in its document */
    size_t start, end;
    double score;
    const size_t *also_in; /* positions of the other documents that say the same, ascending */
    size_t also_in_count;
};

struct khulasa_summary {
    const struct khulasa_sentence *sentences; /* in the order of the source */
    size_t sentence_count;
    size_t article_words, summary_words;
    enum khulasa_note note;
    const char *const *keyphrases; /* with KHULASA_KEYPHRASES, best first */
    size_t keyphrase_count;
    const struct khulasa_score *scores; /* with KHULASA_SCORES, every sentence in order */
    size_t score_count;
};

/* new. The document must outlive it only for its text. */
KHULASA_API int khulasa_summarize(const khulasa *engine, khulasa_job *job,
                                  const khulasa_document *document,
                                  const struct khulasa_options *options,
                                  struct khulasa_summary **out,
                                  struct khulasa_error *error) KHULASA_MUST_CHECK;
KHULASA_API void khulasa_summary_free(struct khulasa_summary **summary);

struct khulasa_story {
    const char *headline;
    const size_t *articles; /* positions of its documents, the one that stands for it first */
    size_t article_count;
    const size_t *sentences; /* indexes into the set's sentences */
    size_t sentence_count;
    const char *const *keyphrases;
    size_t keyphrase_count;
    const char *summary; /* its own, as text; "" where no sentence fits */
};

struct khulasa_figure_value {
    const char *value; /* as it stands in the text */
    size_t article, start, end;
};

struct khulasa_figure {
    const char *about;
    const struct khulasa_figure_value *values;
    size_t value_count;
};

struct khulasa_duplicate {
    const size_t *articles;
    size_t article_count;
    double similarity; /* of the least similar member to the first: 0 to 1 */
};

struct khulasa_digest {
    const struct khulasa_sentence *sentences; /* in reading order */
    size_t sentence_count;
    size_t article_words, summary_words;
    enum khulasa_note note;
    const struct khulasa_story *stories;
    size_t story_count;
    const char *const *keyphrases; /* with KHULASA_KEYPHRASES */
    size_t keyphrase_count;
    const struct khulasa_figure *figures; /* with KHULASA_FIGURES */
    size_t figure_count;
    const struct khulasa_duplicate *duplicates; /* with KHULASA_DUPLICATES */
    size_t duplicate_count;
    const struct khulasa_score *scores; /* with KHULASA_SCORES */
    size_t score_count;
};

/* new. documents[i] may be NULL: an article that could not be read, which is passed over. At least
 * one must not be. */
KHULASA_API int khulasa_summarize_set(const khulasa *engine, khulasa_job *job,
                                      const khulasa_document *const *documents,
                                      size_t document_count, const struct khulasa_options *options,
                                      struct khulasa_digest **out,
                                      struct khulasa_error *error) KHULASA_MUST_CHECK;
KHULASA_API void khulasa_digest_free(struct khulasa_digest **digest);

/* ---- Training a background model ------------------------------------------------------------- */

typedef struct khulasa_trainer khulasa_trainer;

struct khulasa_trainer_config {
    const char *name;       /* of the model: 1 to 31 of a-z, 0-9 and '-' */
    uint32_t min_documents; /* words found in fewer are left out; 0: 2 */
    size_t max_words;       /* kept while counting, rarest dropped first; 0: 4,000,000 */
};

/* config is read during the call only; a name there must be. */
KHULASA_API int khulasa_trainer_new(const struct khulasa_trainer_config *config,
                                    khulasa_trainer **out,
                                    struct khulasa_error *error) KHULASA_MUST_CHECK;
/* Counts one article. One that cannot be read is an error and changes nothing. */
KHULASA_API int khulasa_trainer_add(khulasa_trainer *trainer, const struct khulasa_article *article,
                                    struct khulasa_error *error) KHULASA_MUST_CHECK;
KHULASA_API size_t khulasa_trainer_articles(const khulasa_trainer *trainer);
KHULASA_API size_t khulasa_trainer_words(const khulasa_trainer *trainer); /* running words */
/* Writes beside path, syncs and renames, so that no reader ever sees half a model. */
KHULASA_API int khulasa_trainer_write(khulasa_trainer *trainer, const char *path,
                                      struct khulasa_error *error) KHULASA_MUST_CHECK;
KHULASA_API void khulasa_trainer_free(khulasa_trainer **trainer);

#ifdef __cplusplus
}
#endif
#endif
