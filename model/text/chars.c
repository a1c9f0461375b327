#include "text/chars.h"

#include <utf8proc.h>

/* Two letters a class, so that the tables can be read. */
enum {
    OT = CHAR_OTHER,
    SP = CHAR_SPACE,
    NL = CHAR_NEWLINE,
    AR = CHAR_ARABIC,
    LA = CHAR_LATIN,
    DI = CHAR_DIGIT,
    MA = CHAR_MARK,
    SO = CHAR_SOFT,
    SL = CHAR_SLOW,
    CO = CHAR_COMBINING,
    JO = CHAR_JOIN,
    DT = CHAR_DOT,
    QU = CHAR_QUESTION,
    EX = CHAR_EXCLAMATION,
    EL = CHAR_ELLIPSIS,
    CM = CHAR_COMMA,
    SC = CHAR_SEMICOLON,
    CN = CHAR_COLON,
    DA = CHAR_DASH,
    DQ = CHAR_DOUBLE_QUOTE,
    GU = CHAR_GUILLEMET,
    SQ = CHAR_SINGLE_QUOTE,
    OP = CHAR_OPEN,
    CL = CHAR_CLOSE,
    SH = CHAR_SLASH,
    AT = CHAR_AT,
    HA = CHAR_HASH,
    LT = CHAR_LESS,
    AM = CHAR_AMPERSAND,
    DE = CHAR_DECIMAL,
};

/* clang-format off */
const uint8_t char_ascii[128] = {
    OT, OT, OT, OT, OT, OT, OT, OT, OT, SP, NL, NL, NL, NL, OT, OT, /* 00 */
    OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, /* 10 */
    SP, EX, DQ, HA, OT, OT, AM, SQ, OP, CL, OT, OT, CM, DA, DT, SH, /* 20 */
    DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, CN, SC, LT, OT, OT, QU, /* 30 */
    AT, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, /* 40 */
    LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, OP, SH, CL, OT, JO, /* 50 */
    SQ, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, /* 60 */
    LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, OP, OT, CL, OT, OT, /* 70 */
};

/* U+0080-00FF. */
static const uint8_t char_latin[128] = {
    OT, OT, OT, OT, OT, NL, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, /* 80 */
    OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, /* 90 */
    SP, OT, OT, OT, OT, OT, OT, OT, OT, OT, SL, GU, OT, SO, OT, OT, /* A0 */
    OT, OT, SL, SL, OT, SL, OT, OT, OT, SL, SL, GU, SL, SL, SL, OT, /* B0 */
    LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, /* C0 */
    LA, LA, LA, LA, LA, LA, LA, OT, LA, LA, LA, LA, LA, LA, LA, LA, /* D0 */
    LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, LA, /* E0 */
    LA, LA, LA, LA, LA, LA, LA, OT, LA, LA, LA, LA, LA, LA, LA, LA, /* F0 */
};

/* U+0600-06FF: class and folded letter, a line for eight.
 *
 * The hamza and madda that combine (0653-0655) go through NFKC, which joins them with their letter;
 * the high hamzas 0675-0678 fall apart in it. Alef with hamza, madda or wasla -> alef; alef maqsura,
 * Persian and Urdu yeh -> yeh; teh marbuta, Urdu and Kurdish heh -> heh; Persian kaf -> kaf;
 * digits -> ASCII. Waw and yeh with hamza stay: to fold them would merge too many words. */
#define ARABIC_BLOCK(X) \
    /* 00 */ X(SO, 00) X(SO, 01) X(SO, 02) X(SO, 03) X(SO, 04) X(SO, 05) X(OT, 06) X(OT, 07) \
    /* 08 */ X(OT, 08) X(OT, 09) X(OT, 0A) X(OT, 0B) X(CM, 0C) X(SH, 0D) X(OT, 0E) X(OT, 0F) \
    /* 10 */ X(MA, 10) X(MA, 11) X(MA, 12) X(MA, 13) X(MA, 14) X(MA, 15) X(MA, 16) X(MA, 17) \
    /* 18 */ X(MA, 18) X(MA, 19) X(MA, 1A) X(SC, 1B) X(SO, 1C) X(OT, 1D) X(DT, 1E) X(QU, 1F) \
    /* 20 */ X(AR, 20) X(AR, 21) X(AR, 27) X(AR, 27) X(AR, 24) X(AR, 27) X(AR, 26) X(AR, 27) \
    /* 28 */ X(AR, 28) X(AR, 47) X(AR, 2A) X(AR, 2B) X(AR, 2C) X(AR, 2D) X(AR, 2E) X(AR, 2F) \
    /* 30 */ X(AR, 30) X(AR, 31) X(AR, 32) X(AR, 33) X(AR, 34) X(AR, 35) X(AR, 36) X(AR, 37) \
    /* 38 */ X(AR, 38) X(AR, 39) X(AR, 3A) X(AR, 3B) X(AR, 3C) X(AR, 3D) X(AR, 3E) X(AR, 3F) \
    /* 40 */ X(MA, 40) X(AR, 41) X(AR, 42) X(AR, 43) X(AR, 44) X(AR, 45) X(AR, 46) X(AR, 47) \
    /* 48 */ X(AR, 48) X(AR, 4A) X(AR, 4A) X(MA, 4B) X(MA, 4C) X(MA, 4D) X(MA, 4E) X(MA, 4F) \
    /* 50 */ X(MA, 50) X(MA, 51) X(MA, 52) X(CO, 53) X(CO, 54) X(CO, 55) X(MA, 56) X(MA, 57) \
    /* 58 */ X(MA, 58) X(MA, 59) X(MA, 5A) X(MA, 5B) X(MA, 5C) X(MA, 5D) X(MA, 5E) X(MA, 5F) \
    /* 60 */ X(DI, 30) X(DI, 31) X(DI, 32) X(DI, 33) X(DI, 34) X(DI, 35) X(DI, 36) X(DI, 37) \
    /* 68 */ X(DI, 38) X(DI, 39) X(OT, 6A) X(DE, 6B) X(DE, 6C) X(OT, 6D) X(AR, 6E) X(AR, 6F) \
    /* 70 */ X(MA, 70) X(AR, 27) X(AR, 27) X(AR, 27) X(AR, 74) X(SL, 75) X(SL, 76) X(SL, 77) \
    /* 78 */ X(SL, 78) X(AR, 79) X(AR, 7A) X(AR, 7B) X(AR, 7C) X(AR, 7D) X(AR, 7E) X(AR, 7F) \
    /* 80 */ X(AR, 80) X(AR, 81) X(AR, 82) X(AR, 83) X(AR, 84) X(AR, 85) X(AR, 86) X(AR, 87) \
    /* 88 */ X(AR, 88) X(AR, 89) X(AR, 8A) X(AR, 8B) X(AR, 8C) X(AR, 8D) X(AR, 8E) X(AR, 8F) \
    /* 90 */ X(AR, 90) X(AR, 91) X(AR, 92) X(AR, 93) X(AR, 94) X(AR, 95) X(AR, 96) X(AR, 97) \
    /* 98 */ X(AR, 98) X(AR, 99) X(AR, 9A) X(AR, 9B) X(AR, 9C) X(AR, 9D) X(AR, 9E) X(AR, 9F) \
    /* A0 */ X(AR, A0) X(AR, A1) X(AR, A2) X(AR, A3) X(AR, A4) X(AR, A5) X(AR, A6) X(AR, A7) \
    /* A8 */ X(AR, A8) X(AR, 43) X(AR, 43) X(AR, AB) X(AR, AC) X(AR, AD) X(AR, AE) X(AR, AF) \
    /* B0 */ X(AR, B0) X(AR, B1) X(AR, B2) X(AR, B3) X(AR, B4) X(AR, B5) X(AR, B6) X(AR, B7) \
    /* B8 */ X(AR, B8) X(AR, B9) X(AR, BA) X(AR, BB) X(AR, BC) X(AR, BD) X(AR, 47) X(AR, BF) \
    /* C0 */ X(AR, 47) X(AR, 47) X(AR, 47) X(AR, 47) X(AR, C4) X(AR, C5) X(AR, C6) X(AR, C7) \
    /* C8 */ X(AR, C8) X(AR, C9) X(AR, CA) X(AR, CB) X(AR, 4A) X(AR, 4A) X(AR, CE) X(AR, CF) \
    /* D0 */ X(AR, D0) X(AR, D1) X(AR, 4A) X(AR, 4A) X(DT, D4) X(AR, 47) X(MA, D6) X(MA, D7) \
    /* D8 */ X(MA, D8) X(MA, D9) X(MA, DA) X(MA, DB) X(MA, DC) X(MA, DD) X(MA, DE) X(MA, DF) \
    /* E0 */ X(MA, E0) X(MA, E1) X(MA, E2) X(MA, E3) X(MA, E4) X(MA, E5) X(MA, E6) X(MA, E7) \
    /* E8 */ X(MA, E8) X(MA, E9) X(MA, EA) X(MA, EB) X(MA, EC) X(MA, ED) X(AR, EE) X(AR, EF) \
    /* F0 */ X(DI, 30) X(DI, 31) X(DI, 32) X(DI, 33) X(DI, 34) X(DI, 35) X(DI, 36) X(DI, 37) \
    /* F8 */ X(DI, 38) X(DI, 39) X(AR, FA) X(AR, FB) X(AR, FC) X(OT, FD) X(OT, FE) X(AR, FF)

#define CLASS(class, folded) class,
const uint8_t char_arabic[256] = {ARABIC_BLOCK(CLASS)};
#undef CLASS

#define FOLDED(class, folded) 0x##folded,
const uint8_t char_arabic_folded[256] = {ARABIC_BLOCK(FOLDED)};
#undef FOLDED

#define LETTER(class, folded)                                                                      \
    {(class) == AR ? 0xD8 | 0x##folded >> 6 : 0,                                          \
     (class) == AR ? 0x80 | (0x##folded & 0x3F) : 0},
const uint8_t char_arabic_letter[256][2] = {ARABIC_BLOCK(LETTER)};
#undef LETTER

/* U+2000-206F. */
static const uint8_t char_general[112] = {
    SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, MA, MA, MA, MA, MA, /* 00 */
    DA, DA, DA, DA, DA, DA, OT, OT, SQ, SQ, SQ, SQ, DQ, DQ, DQ, DQ, /* 10 */
    OT, OT, OT, OT, OT, EL, EL, OT, NL, NL, MA, MA, MA, MA, MA, SP, /* 20 */
    OT, OT, SQ, DQ, OT, SQ, DQ, OT, OT, GU, GU, OT, EX, QU, OT, OT, /* 30 */
    OT, OT, OT, OT, SH, OP, CL, QU, QU, QU, OT, OT, OT, OT, OT, OT, /* 40 */
    OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, SP, /* 50 */
    SO, SO, SO, SO, SO, SO, MA, MA, MA, MA, SO, SO, SO, SO, SO, SO, /* 60 */
};

/* clang-format on */

bool char_is_word(uint32_t code) {
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}

/* Punctuation outside the tables that news texts have: full-width, ornate brackets, CJK stops. */
static enum char_class punctuation_class(uint32_t code) {
    switch (code) {
    case 0x3002:
    case 0xFF0E:
    case 0xFF61:
        return CHAR_DOT;
    case 0xFF01:
        return CHAR_EXCLAMATION;
    case 0xFF1F:
        return CHAR_QUESTION;
    case 0x3001:
    case 0xFF0C:
        return CHAR_COMMA;
    case 0xFF1A:
        return CHAR_COLON;
    case 0xFF1B:
        return CHAR_SEMICOLON;
    case 0x2212:
    case 0xFF0D:
        return CHAR_DASH;
    case 0xFF02:
        return CHAR_DOUBLE_QUOTE;
    case 0xFD3E:
    case 0xFD3F:
        return CHAR_GUILLEMET; /* ornate brackets of the Quran, typed either way round */
    case 0xFF08:
    case 0xFF3B:
        return CHAR_OPEN;
    case 0xFF09:
    case 0xFF3D:
        return CHAR_CLOSE;
    default:
        return CHAR_OTHER;
    }
}

/* Code points that no table has. */
static enum char_class rare_class(uint32_t code) {
    const utf8proc_property_t *property;
    enum char_class class = punctuation_class(code);

    if (class != CHAR_OTHER)
        return class;
    if (code == 0xFEFF)
        return CHAR_MARK;
    if (char_is_word(code))
        return CHAR_SLOW;
    property = utf8proc_get_property((utf8proc_int32_t)code);
    switch (property->category) {
    case UTF8PROC_CATEGORY_ZS:
        return CHAR_SPACE;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return code >= 0xFE00 && code <= 0xFE0F ? CHAR_SOFT : CHAR_COMBINING;
    case UTF8PROC_CATEGORY_CF:
        return CHAR_SOFT;
    case UTF8PROC_CATEGORY_PC:
        return CHAR_OTHER;
    default:
        /* Symbols made of letters, such as the trade mark sign: NFKC takes them apart. */
        return property->decomp_type ? CHAR_SLOW : CHAR_OTHER;
    }
}

enum char_class char_class_beyond(uint32_t code) {
    if (code < 0x100)
        return char_latin[code - 0x80];
    if (code >= 0x2000 && code < 0x2070)
        return char_general[code - 0x2000];
    return rare_class(code);
}
