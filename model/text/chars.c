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

/* U+0600-06FF. The hamza and madda that combine (0653-0655) go through NFKC, which joins them
 * with their letter; the high hamzas 0675-0678 fall apart in it. */
const uint8_t char_arabic[256] = {
    SO, SO, SO, SO, SO, SO, OT, OT, OT, OT, OT, OT, CM, SH, OT, OT, /* 00 */
    MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, SC, SO, OT, DT, QU, /* 10 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* 20 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* 30 */
    MA, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, MA, MA, MA, MA, MA, /* 40 */
    MA, MA, MA, CO, CO, CO, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, /* 50 */
    DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, OT, DE, DE, OT, AR, AR, /* 60 */
    MA, AR, AR, AR, AR, SL, SL, SL, SL, AR, AR, AR, AR, AR, AR, AR, /* 70 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* 80 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* 90 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* A0 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* B0 */
    AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, AR, /* C0 */
    AR, AR, AR, AR, DT, AR, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, /* D0 */
    MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, MA, AR, AR, /* E0 */
    DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, AR, AR, AR, OT, OT, AR, /* F0 */
};

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

/* Alef with hamza, madda or wasla -> alef; alef maqsura, Persian and Urdu yeh -> yeh; teh marbuta,
 * Urdu and Kurdish heh -> heh; Persian kaf -> kaf; digits -> ASCII. Waw and yeh with hamza stay:
 * to fold them would merge too many words. */
const uint8_t char_arabic_folded[256] = {
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, /* 00 */
    0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, /* 10 */
    0x20, 0x21, 0x27, 0x27, 0x24, 0x27, 0x26, 0x27, 0x28, 0x47, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, /* 20 */
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F, /* 30 */
    0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4A, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, /* 40 */
    0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F, /* 50 */
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, /* 60 */
    0x70, 0x27, 0x27, 0x27, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F, /* 70 */
    0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, /* 80 */
    0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, /* 90 */
    0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0x43, 0x43, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, /* A0 */
    0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0x47, 0xBF, /* B0 */
    0x47, 0x47, 0x47, 0x47, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB, 0x4A, 0x4A, 0xCE, 0xCF, /* C0 */
    0xD0, 0xD1, 0x4A, 0x4A, 0xD4, 0x47, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, /* D0 */
    0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED, 0xEE, 0xEF, /* E0 */
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF, /* F0 */
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

enum char_class char_class(uint32_t code) {
    if (code < 0x80)
        return char_ascii[code];
    if (code < 0x100)
        return char_latin[code - 0x80];
    if (code >= 0x600 && code < 0x700)
        return char_arabic[code - 0x600];
    if (code >= 0x2000 && code < 0x2070)
        return char_general[code - 0x2000];
    return rare_class(code);
}
