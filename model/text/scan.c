#include "text/scan.h"

#include <string.h>

#include "base/rare.h"
#include "text/chars.h"
#include "text/fold.h"
#include "text/markup.h"
#include "text/utf8.h"

/* A slot of the table of forms: 0, or a form's index + 1. Open addressing, a power of two, at most
 * half full. */
struct form_table {
    uint32_t *slots;
    size_t mask;
};

struct scanner {
    struct arena *arena;
    struct scan *scan;
    struct form_table table;
    size_t words_room, marks_room, forms_room;
    char *strings; /* where the next folded word goes, with so many bytes left */
    size_t strings_room;
    size_t run_end; /* where the last counted word ends: what begins there continues it */
    struct folded folded;
};

#define NOWHERE SIZE_MAX

/* Folded words lie in pieces of so many bytes. */
#define STRINGS_PIECE 4096

/* ---- Growing tables -----------------------------------------------------------------------------
 */

RARE static bool grow_words(struct scanner *scanner) {
    struct scan *scan = scanner->scan;
    size_t room = scanner->words_room * 2;

    scan->words =
        arena_grow(scanner->arena, scan->words, scan->word_count, room, sizeof *scan->words);
    scan->counted =
        arena_grow(scanner->arena, scan->counted, scan->word_count, room, sizeof *scan->counted);
    scanner->words_room = room;
    return scan->words && scan->counted;
}

static bool table_make(struct scanner *scanner, size_t slots) {
    struct scan *scan = scanner->scan;
    struct form_table *table = &scanner->table;

    table->slots = arena_zalloc(scanner->arena, slots, sizeof *table->slots);
    if (!table->slots)
        return false;
    table->mask = slots - 1;
    for (size_t i = 0; i < scan->form_count; i++) {
        size_t at = scan->forms[i].hash & table->mask;

        while (table->slots[at])
            at = (at + 1) & table->mask;
        table->slots[at] = (uint32_t)i + 1;
    }
    return true;
}

RARE static bool grow_forms(struct scanner *scanner) {
    struct scan *scan = scanner->scan;
    size_t room = scanner->forms_room * 2;

    scan->forms =
        arena_grow(scanner->arena, scan->forms, scan->form_count, room, sizeof *scan->forms);
    if (!scan->forms || !table_make(scanner, room * 2))
        return false;
    scanner->forms_room = room;
    return true;
}

/* ---- What is found ------------------------------------------------------------------------------
 */

/* Bytes that a folded word takes: NULs reach to the next multiple of eight, as in struct folded, so
 * that words are copied and compared by eights. */
static size_t padded(size_t size) {
    return (size | 7) + 1;
}

/* A copy of the word just read. */
static char *copy_folded(struct scanner *scanner) {
    const size_t size = padded(scanner->folded.size);
    char *copy;

    if (size > scanner->strings_room) {
        const size_t text = scanner->scan->size,
                     wanted = text < STRINGS_PIECE ? text : STRINGS_PIECE;
        const size_t room = wanted > size ? wanted : size;

        scanner->strings = arena_alloc(scanner->arena, room, 1);
        if (!scanner->strings)
            return NULL;
        scanner->strings_room = room;
    }
    copy = scanner->strings;
    for (size_t i = 0; i < size; i += 8)
        memcpy(copy + i, scanner->folded.bytes + i, 8);
    scanner->strings += size;
    scanner->strings_room -= size;
    return copy;
}

static bool is_form(const struct text_form *form, const struct folded *folded) {
    if (form->hash != folded->hash || form->size != folded->size)
        return false;
    for (size_t i = 0; i < folded->size; i += 8)
        if (memcmp(form->folded + i, folded->bytes + i, 8) != 0)
            return false;
    return true;
}

/* Adds the folded word to the forms; at: its slot. */
static bool add_form(struct scanner *scanner, size_t at, uint32_t *index) {
    struct scan *scan = scanner->scan;
    const struct folded *folded = &scanner->folded;
    char *copy;

    if (scan->form_count == scanner->forms_room) {
        if (!grow_forms(scanner))
            return false;
        at = folded->hash & scanner->table.mask;
        while (scanner->table.slots[at])
            at = (at + 1) & scanner->table.mask;
    }
    copy = copy_folded(scanner);
    if (!copy)
        return false;
    scan->forms[scan->form_count] = (struct text_form){.folded = copy,
                                                       .size = (uint32_t)folded->size,
                                                       .count = 1,
                                                       .hash = folded->hash,
                                                       .kind = folded->kind};
    scan->mixed = scan->mixed || folded->kind == FORM_LATIN;
    *index = (uint32_t)scan->form_count++;
    scanner->table.slots[at] = *index + 1;
    return true;
}

/* The index of the folded word among the forms, new or known. */
static bool form_of(struct scanner *scanner, uint32_t *index) {
    const struct form_table table = scanner->table;
    size_t at = scanner->folded.hash & table.mask;

    for (uint32_t slot; (slot = table.slots[at]) != 0; at = (at + 1) & table.mask) {
        struct text_form *form = &scanner->scan->forms[slot - 1];

        if (is_form(form, &scanner->folded)) {
            form->count++;
            *index = slot - 1;
            return true;
        }
    }
    return add_form(scanner, at, index);
}

/* Can a sign of this kind that repeats itself be one mark? */
static bool merges(enum mark_kind kind) {
    return kind != MARK_QUOTE && kind != MARK_OPEN && kind != MARK_CLOSE && kind != MARK_URL &&
           kind != MARK_BLANK;
}

static bool is_terminator(enum mark_kind kind) {
    return kind == MARK_DOTS || kind == MARK_QUESTION || kind == MARK_EXCLAMATION;
}

static bool take_mark(struct scanner *scanner, enum mark_kind kind, size_t start, size_t end,
                      uint32_t count) {
    struct scan *scan = scanner->scan;
    struct mark *mark;

    if (scan->mark_count > 0) {
        mark = &scan->marks[scan->mark_count - 1];
        if (mark->word == scan->word_count && mark->counted == scan->counted_words) {
            /* Line ends with only white space between them are one mark. */
            bool same = mark->kind == kind && (mark->end == start || kind == MARK_NEWLINE);
            bool run = mark->end == start && is_terminator(mark->kind) && is_terminator(kind);

            if ((same && merges(kind)) || run) {
                if (kind == MARK_QUESTION || (kind == MARK_EXCLAMATION && mark->kind == MARK_DOTS))
                    mark->kind = (uint8_t)kind;
                mark->count += count;
                mark->end = (uint32_t)end;
                return true;
            }
        }
    }
    if (scan->mark_count == scanner->marks_room) {
        size_t room = scanner->marks_room * 2;

        scan->marks = arena_grow(scanner->arena, scan->marks, scan->mark_count, room, sizeof *mark);
        if (!scan->marks)
            return false;
        scanner->marks_room = room;
    }
    mark = &scan->marks[scan->mark_count++];
    mark->start = (uint32_t)start;
    mark->end = (uint32_t)end;
    mark->word = (uint32_t)scan->word_count;
    mark->counted = (uint32_t)scan->counted_words;
    mark->count = count;
    mark->kind = (uint8_t)kind;
    mark->side = 0;
    return true;
}

static bool take_quote(struct scanner *scanner, enum quote_side side, size_t start, size_t end) {
    if (!take_mark(scanner, MARK_QUOTE, start, end, 1))
        return false;
    scanner->scan->marks[scanner->scan->mark_count - 1].side = (uint8_t)side;
    return true;
}

/* A sign that is no part of a word. */
static bool take_sign(struct scanner *scanner, enum char_class class, size_t start, size_t end) {
    switch (class) {
    case CHAR_NEWLINE:
        return take_mark(scanner, MARK_NEWLINE, start, end, 1);
    case CHAR_DOT:
        return take_mark(scanner, MARK_DOTS, start, end, 1);
    case CHAR_ELLIPSIS:
        return take_mark(scanner, MARK_DOTS, start, end, 3);
    case CHAR_QUESTION:
        return take_mark(scanner, MARK_QUESTION, start, end, 1);
    case CHAR_EXCLAMATION:
        return take_mark(scanner, MARK_EXCLAMATION, start, end, 1);
    case CHAR_COMMA:
        return take_mark(scanner, MARK_COMMA, start, end, 1);
    case CHAR_SEMICOLON:
        return take_mark(scanner, MARK_SEMICOLON, start, end, 1);
    case CHAR_COLON:
        return take_mark(scanner, MARK_COLON, start, end, 1);
    case CHAR_DASH:
        return take_mark(scanner, MARK_DASH, start, end, 1);
    case CHAR_DOUBLE_QUOTE:
        return take_quote(scanner, QUOTE_DOUBLE, start, end);
    case CHAR_GUILLEMET:
        return take_quote(scanner, QUOTE_GUILLEMET, start, end);
    case CHAR_SINGLE_QUOTE:
        return take_quote(scanner, QUOTE_SINGLE, start, end);
    case CHAR_OPEN:
        return take_mark(scanner, MARK_OPEN, start, end, 1);
    case CHAR_CLOSE:
        return take_mark(scanner, MARK_CLOSE, start, end, 1);
    case CHAR_SLASH:
        return take_mark(scanner, MARK_SLASH, start, end, 1);
    case CHAR_AT:
        return take_mark(scanner, MARK_AT, start, end, 1);
    case CHAR_HASH:
        return take_mark(scanner, MARK_HASH, start, end, 1);
    case CHAR_SPACE:
    case CHAR_MARK:
    case CHAR_SOFT:
        return true;
    default:
        return take_mark(scanner, MARK_SYMBOL, start, end, 1);
    }
}

/* ---- Markup, addresses --------------------------------------------------------------------------
 */

/* An entity is the sign it stands for; but its name is a counted word, for counted words are those
 * of the bytes that are shown. */
static bool take_entity(struct scanner *scanner, size_t start, size_t end, uint32_t code) {
    struct scan *scan = scanner->scan;
    enum char_class class = char_class(code);

    scanner->run_end = NOWHERE;
    if (class == CHAR_SPACE || class == CHAR_MARK || class == CHAR_SOFT) {
        if (!take_mark(scanner, MARK_BLANK, start, end, 1))
            return false;
    } else if (!take_sign(scanner, class, start, end)) {
        return false;
    }
    scan->counted_words++;
    return true;
}

static bool take_tag(struct scanner *scanner, enum markup_tag tag, size_t start, size_t end) {
    struct scan *scan = scanner->scan;
    enum mark_kind kind = tag == TAG_INLINE ? MARK_BLANK : MARK_NEWLINE;

    if (!take_mark(scanner, kind, start, end, tag == TAG_BLOCK ? 2 : 1))
        return false;
    scan->counted_words += fold_count_raw(scan->bytes + start, end - start);
    scanner->run_end = NOWHERE;
    return true;
}

static bool url_byte(unsigned char c) {
    return c > 0x20 && c < 0x7F && !memchr("\"<>\\^`{|}'()[]", c, 14);
}

/* Letters that are not ASCII belong to an address only where they begin a part of its path. */
static size_t url_arabic(const char *bytes, size_t size, size_t i) {
    size_t next = i;

    if (!memchr("/-_=%", bytes[i - 1], 5))
        return i;
    while (i < size && char_class(utf8_next(bytes, &next)) == CHAR_ARABIC)
        i = next;
    return i;
}

/* Where the address ends that begins with the word [start, end): http://…, www.…; end where it is
 * none. */
static size_t url_end(const char *bytes, size_t size, size_t start, size_t end) {
    bool scheme = size - end >= 3 && memcmp(bytes + end, "://", 3) == 0;
    bool www = end - start == 3 && size - end > 2 && bytes[end] == '.' &&
               (memcmp(bytes + start, "www", 3) == 0 || memcmp(bytes + start, "WWW", 3) == 0);
    size_t i = end;

    if (!scheme && !www)
        return end;
    while (i < size) {
        size_t next = url_byte((unsigned char)bytes[i]) ? i + 1 : url_arabic(bytes, size, i);

        if (next == i)
            break;
        i = next;
    }
    while (i > end && memchr(".,;:!?-", bytes[i - 1], 7))
        i--;
    return i;
}

/* An address is no word for the index, and many for the count. */
static bool take_url(struct scanner *scanner, size_t start, size_t end) {
    struct scan *scan = scanner->scan;
    bool continues = scanner->run_end == start;
    char last = scan->bytes[end - 1];

    if (!take_mark(scanner, MARK_URL, start, end, 1))
        return false;
    scan->mixed = true;
    scan->counted_words += fold_count_raw(scan->bytes + start, end - start) - continues;
    scanner->run_end = last == '_' || char_class((unsigned char)last & 0x7F) == CHAR_LATIN ||
                               char_class((unsigned char)last & 0x7F) == CHAR_DIGIT ||
                               (unsigned char)last >= 0x80
                           ? end
                           : NOWHERE;
    return true;
}

/* ---- Words --------------------------------------------------------------------------------------
 */

static bool in_word(enum char_class class) {
    return class >= CHAR_ARABIC && class <= CHAR_COMBINING;
}

/* The letter or mark at i, written as itself or as an entity; returns where it ends, i where there
 * is none. */
static size_t letter_at(const char *bytes, size_t size, size_t i, uint32_t *code) {
    size_t next = i;

    if (i >= size)
        return i;
    if (bytes[i] == '&') {
        next = markup_entity(bytes, size, i, code);
        return next && in_word(char_class(*code)) ? next : i;
    }
    *code = utf8_next(bytes, &next);
    return in_word(char_class(*code)) ? next : i;
}

/* A word with entities among its letters, decoded first. */
RARE static void read_decoded(struct scanner *scanner, size_t start) {
    struct scan *scan = scanner->scan;
    char decoded[FOLD_MOST + 4];
    size_t length = 0, end = start, next;
    uint32_t code;

    while (length < FOLD_MOST && (next = letter_at(scan->bytes, scan->size, end, &code)) != end) {
        length += utf8_put(code, decoded + length);
        end = next;
    }
    fold_read(decoded, length, 0, false, &scanner->folded);
    scanner->folded.start = start;
    scanner->folded.end = end;
    scanner->folded.runs = fold_count_raw(scan->bytes + start, end - start);
    scanner->folded.open = scan->bytes[end - 1] != ';';
}

static bool add_word(struct scanner *scanner) {
    struct scan *scan = scanner->scan;
    const struct folded *folded = &scanner->folded;
    struct text_word *word;

    if (folded->size > 0) {
        if (scan->word_count == scanner->words_room && !grow_words(scanner))
            return false;
        word = &scan->words[scan->word_count];
        word->start = (uint32_t)folded->start;
        word->end = (uint32_t)folded->end;
        if (!form_of(scanner, &word->form))
            return false;
        scan->counted[scan->word_count++] = (uint32_t)scan->counted_words;
    } else if (!take_mark(scanner, MARK_SYMBOL, folded->start, folded->end, 1)) {
        return false; /* marks without a letter */
    }
    scan->counted_words += folded->runs;
    scanner->run_end = folded->open ? folded->end : NOWHERE;
    return true;
}

/* A word before which an address may go on, or an entity. */
RARE static bool take_long_word(struct scanner *scanner, size_t at, size_t *next) {
    struct scan *scan = scanner->scan;
    uint32_t code;

    if (scanner->folded.kind == FORM_LATIN) {
        size_t end = url_end(scan->bytes, scan->size, at, *next);

        if (end != *next) {
            *next = end;
            return take_url(scanner, at, end);
        }
    }
    if (scan->bytes[*next] == '&' && letter_at(scan->bytes, scan->size, *next, &code) != *next) {
        read_decoded(scanner, at);
        *next = scanner->folded.end;
    }
    return add_word(scanner);
}

static bool take_word(struct scanner *scanner, size_t at, size_t *next) {
    const struct scan *scan = scanner->scan;
    struct folded *folded = &scanner->folded;

    fold_read(scan->bytes, scan->size, at, scanner->run_end == at, folded);
    *next = folded->end;
    if (*next < scan->size && (folded->kind == FORM_LATIN || scan->bytes[*next] == '&'))
        return take_long_word(scanner, at, next);
    return add_word(scanner);
}

static bool take_ampersand(struct scanner *scanner, size_t at, size_t *next) {
    struct scan *scan = scanner->scan;
    uint32_t code;
    size_t end = markup_entity(scan->bytes, scan->size, at, &code);

    if (!end)
        return take_mark(scanner, MARK_SYMBOL, at, *next, 1);
    if (in_word(char_class(code)) && char_class(code) != CHAR_MARK &&
        char_class(code) != CHAR_SOFT) {
        read_decoded(scanner, at);
        *next = scanner->folded.end;
        return add_word(scanner);
    }
    *next = end;
    return take_entity(scanner, at, end, code);
}

/* '_' is no part of a folded word, but of a counted one: it belongs to what it touches. */
static bool take_join(struct scanner *scanner, size_t at, size_t next) {
    struct scan *scan = scanner->scan;
    struct text_word *word = scan->word_count ? &scan->words[scan->word_count - 1] : NULL;
    struct mark *mark = scan->mark_count ? &scan->marks[scan->mark_count - 1] : NULL;
    bool continues = scanner->run_end == at;

    scanner->run_end = next;
    if (continues && word && word->end == at) {
        word->end = (uint32_t)next;
    } else if (continues && mark && mark->end == at) {
        mark->end = (uint32_t)next;
    } else {
        if (!take_mark(scanner, MARK_SYMBOL, at, next, 1))
            return false;
        scan->counted_words += !continues;
    }
    return true;
}

/* ---- The pass -----------------------------------------------------------------------------------
 */

static bool take_any(struct scanner *scanner, size_t at, size_t *next) {
    struct scan *scan = scanner->scan;
    uint32_t code;
    enum char_class class;

    *next = at;
    code = utf8_next(scan->bytes, next);
    class = char_class(code);
    switch (class) {
    case CHAR_ARABIC:
    case CHAR_LATIN:
    case CHAR_DIGIT:
    case CHAR_SLOW:
    case CHAR_COMBINING:
        return take_word(scanner, at, next);
    case CHAR_MARK:
        if (scanner->run_end == at)
            scanner->run_end = *next;
        return true;
    case CHAR_JOIN:
        return take_join(scanner, at, *next);
    case CHAR_NEWLINE:
        if (code == '\r' && *next < scan->size && scan->bytes[*next] == '\n')
            ++*next;
        return take_sign(scanner, class, at, *next);
    case CHAR_LESS: {
        enum markup_tag tag = markup_tag(scan->bytes, scan->size, at, next);

        return tag == TAG_NONE ? take_mark(scanner, MARK_SYMBOL, at, *next, 1)
                               : take_tag(scanner, tag, at, *next);
    }
    case CHAR_AMPERSAND:
        return take_ampersand(scanner, at, next);
    case CHAR_SINGLE_QUOTE:
        /* Two at once are typed for a double one. */
        if (*next < scan->size && scan->bytes[at] == '\'' && scan->bytes[*next] == '\'') {
            ++*next;
            return take_quote(scanner, QUOTE_DOUBLE, at, *next);
        }
        return take_sign(scanner, class, at, *next);
    case CHAR_OTHER:
        /* A middle dot that touches the word before it is a full stop; else it is a bullet. */
        if (code == 0xB7 && scanner->run_end == at)
            return take_mark(scanner, MARK_DOTS, at, *next, 1);
        return take_sign(scanner, class, at, *next);
    default:
        return take_sign(scanner, class, at, *next);
    }
}

static bool scanner_start(struct scanner *scanner) {
    struct scan *scan = scanner->scan;
    size_t forms = 64;

    /* A word of news is six letters and a space; one sign for eight words; two of three are new. */
    scanner->words_room = scan->size / 11 + 32;
    scanner->marks_room = scan->size / 64 + 32;
    while (forms < scan->size / 16 && forms < 4096)
        forms *= 2;
    scanner->forms_room = forms;
    scanner->run_end = NOWHERE;
    scan->words = arena_alloc(scanner->arena, scanner->words_room, sizeof *scan->words);
    scan->counted = arena_alloc(scanner->arena, scanner->words_room, sizeof *scan->counted);
    scan->marks = arena_alloc(scanner->arena, scanner->marks_room, sizeof *scan->marks);
    scan->forms = arena_alloc(scanner->arena, scanner->forms_room, sizeof *scan->forms);
    return scan->words && scan->counted && scan->marks && scan->forms &&
           table_make(scanner, forms * 2);
}

int scan_text(struct arena *arena, const char *bytes, size_t size, struct scan *out,
              struct khulasa_error *error) {
    struct scanner scanner = {.arena = arena, .scan = out};

    memset(out, 0, sizeof *out);
    out->bytes = bytes;
    out->size = size;
    if (!scanner_start(&scanner))
        return arena_error(arena, error);
    for (size_t i = 0; i < size;) {
        size_t next = i;

        if (bytes[i] == ' ') {
            i++;
            continue;
        }
        /* Most begin with an Arabic letter, and need not be told from signs. */
        if (size - i >= 2 && char_folded_letter((const unsigned char *)bytes + i)
                ? !take_word(&scanner, i, &next)
                : !take_any(&scanner, i, &next))
            return arena_error(arena, error);
        i = next;
    }
    return KHULASA_OK;
}
