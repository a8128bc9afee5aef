#include "template/word_case.h"
#include "base/rune.h"
#include "template/letter.h"

/* What Go's strings.Title takes for the inside of a word. */
static bool is_separator(unsigned rune)
{
    if (rune < 0x80)
        return !letter_is_letter(rune) && !letter_is_digit(rune) && rune != '_';
    return !letter_is_letter(rune) && !letter_is_digit(rune) && letter_is_space(rune);
}

void word_case_title(struct buffer *out, struct slice text)
{
    unsigned before = ' ';
    for (size_t at = 0, length; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        buffer_add_rune(out, is_separator(before) ? letter_to_title(rune) : rune);
        before = rune;
    }
}

void word_case_untitle(struct buffer *out, struct slice text)
{
    bool starts = true;
    for (size_t at = 0, length; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        bool space = letter_is_space(rune);
        buffer_add_rune(out, starts && !space ? letter_to_lower(rune) : rune);
        starts = space;
    }
}

void word_case_swap(struct buffer *out, struct slice text)
{
    bool starts = true;
    for (size_t at = 0, length; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        bool is_title = letter_to_title(rune) == rune && letter_to_upper(rune) != rune;
        if (letter_is_upper(rune) || (is_title && letter_to_lower(rune) != rune)) {
            buffer_add_rune(out, letter_to_lower(rune));
            starts = false;
        } else if (letter_is_lower(rune)) {
            buffer_add_rune(out, starts ? letter_to_title(rune) : letter_to_upper(rune));
            starts = false;
        } else {
            buffer_add_rune(out, rune);
            starts = letter_is_space(rune);
        }
    }
}

void word_case_initials(struct buffer *out, struct slice text)
{
    bool starts = true;
    for (size_t i = 0; i < text.length; i++) {
        bool space = letter_is_space((unsigned char)text.bytes[i]);
        if (starts && !space)
            buffer_add_rune(out, (unsigned char)text.bytes[i]);
        starts = space;
    }
}

void word_case_no_space(struct buffer *out, struct slice text)
{
    size_t kept = 0;
    for (size_t i = 0; i < text.length; i++)
        kept += !letter_is_space((unsigned char)text.bytes[i]);
    if (kept == text.length) {
        buffer_add_slice(out, text);
        return;
    }
    for (size_t i = 0; i < text.length; i++)
        if (!letter_is_space((unsigned char)text.bytes[i]))
            buffer_add_rune(out, (unsigned char)text.bytes[i]);
}

/* ---- camel case ---- */

static bool is_connector(unsigned rune)
{
    return rune == '-' || rune == '_' || letter_is_space(rune);
}

void word_case_camel(struct buffer *out, struct slice text)
{
    size_t at = 0, length = 0;
    unsigned rune = 0, before;
    bool all_upper = false; /* a word that began with capitals: those behind the first become small */
    while (at < text.length) {
        rune = rune_decode(slice_from_offset(text, at), &length);
        at += length;
        if (!is_connector(rune)) {
            all_upper = letter_is_upper(rune);
            rune = letter_to_upper(rune);
            break;
        }
        buffer_add_rune(out, rune);
    }
    if (at == text.length) {
        if (length) /* so a text of nothing but connectors has its last one twice */
            buffer_add_rune(out, rune);
        return;
    }
    while (at < text.length) {
        before = rune;
        rune = rune_decode(slice_from_offset(text, at), &length);
        at += length;
        if (is_connector(rune) && is_connector(before)) {
            buffer_add_rune(out, before);
            continue;
        }
        if (is_connector(before)) {
            all_upper = letter_is_upper(rune);
            rune = letter_to_upper(rune);
            continue;
        }
        if (all_upper && letter_is_upper(rune))
            rune = letter_to_lower(rune);
        else
            all_upper = false;
        buffer_add_rune(out, before);
    }
    buffer_add_rune(out, rune);
}

/* ---- snake case ---- */

enum word { WORD_INVALID, WORD_NUMBER, WORD_UPPER, WORD_ALPHABET, WORD_CONNECTOR, WORD_PUNCTUATION, WORD_OTHER };

static bool is_punctuation(unsigned rune)
{
    if (rune < 0x80)
        return rune > ' ' && rune < 0x7f && !letter_is_letter(rune) && !letter_is_digit(rune) &&
               !strchr("$+<=>^`|~", (int)rune);
    return (rune >= 0x2010 && rune <= 0x2027) ||
           (rune >= 0x2030 && rune <= 0x205e && rune != 0x2044 && rune != 0x2052) || rune == 0xa1 || rune == 0xa7 ||
           rune == 0xab || rune == 0xb6 || rune == 0xb7 || rune == 0xbb || rune == 0xbf ||
           (rune >= 0x3001 && rune <= 0x3003) || (rune >= 0x3008 && rune <= 0x3011);
}

/* A letter, but none of the Chinese ones, each of which is a word. */
static bool is_alphabet(unsigned rune)
{
    bool chinese = (rune >= 0x3400 && rune <= 0x4d85) || (rune >= 0x4e00 && rune <= 0x9fcc) ||
                   (rune >= 0x20000 && rune <= 0x2b81d);
    return letter_is_letter(rune) && !chinese;
}

static enum word word_of(unsigned rune)
{
    if (is_connector(rune))
        return WORD_CONNECTOR;
    if (is_punctuation(rune))
        return WORD_PUNCTUATION;
    if (letter_is_upper(rune))
        return WORD_UPPER;
    if (is_alphabet(rune))
        return WORD_ALPHABET;
    if (letter_is_number(rune))
        return WORD_NUMBER;
    return WORD_OTHER;
}

/* The next character; invalid bytes count as one with it, at the end of the text as `before`. */
static unsigned next_valid(struct slice text, unsigned before, size_t *ret_size)
{
    size_t length;
    *ret_size = 0;
    while (text.length) {
        unsigned rune = rune_decode(text, &length);
        *ret_size += length;
        if (rune != RUNE_INVALID)
            return rune;
        text = slice_from_offset(text, length);
    }
    return before;
}

/* The end of a run of characters of one sort, from `at` on. `*ret_last` is the size of its last one, `*ret_rune` the
 * character behind it (or the last of the text). */
static size_t run_end(struct slice text, size_t at, unsigned rune, enum word sort, size_t *ret_last, unsigned *ret_rune)
{
    size_t size;
    while (at < text.length) {
        rune = next_valid(slice_from_offset(text, at), rune, &size);
        enum word here = sort == WORD_PUNCTUATION && is_punctuation(rune) ? sort : word_of(rune); /* '_' is either */
        if (sort == WORD_OTHER ? here != WORD_OTHER || !size : here != sort)
            break;
        *ret_last = size;
        at += size;
    }
    *ret_rune = rune;
    return at;
}

static enum word next_word(struct slice *rest, struct slice *ret_word)
{
    struct slice text = *rest;
    *ret_word = (struct slice){NULL, 0};
    if (!text.length)
        return WORD_INVALID;
    size_t size, last = 0;
    unsigned rune = next_valid(text, RUNE_INVALID, &size), after;
    if (rune == RUNE_INVALID) {
        *ret_word = slice_range(text, 0, size);
        *rest = slice_from_offset(text, size);
        return WORD_INVALID;
    }
    enum word word = word_of(rune);
    size_t end = size;
    if (word != WORD_UPPER) {
        end = run_end(text, size, rune, word, &last, &after);
    } else if (size < text.length) {
        size_t second;
        unsigned follower = next_valid(slice_from_offset(text, size), rune, &second);
        if (letter_is_upper(follower)) { /* the last capital before small letters begins the next word */
            last = second;
            end = run_end(text, size + second, follower, WORD_UPPER, &last, &after);
            if (end < text.length && is_alphabet(after))
                end -= last;
        } else if (is_alphabet(follower)) {
            end = run_end(text, size + second, follower, WORD_ALPHABET, &last, &after);
        }
    }
    *ret_word = slice_range(text, 0, end);
    *rest = slice_from_offset(text, end);
    return word;
}

static void add_lower(struct buffer *out, enum word word, struct slice text, char connector)
{
    if (word != WORD_UPPER && word != WORD_CONNECTOR) {
        buffer_add_slice(out, text);
        return;
    }
    for (size_t at = 0, length; at < text.length; at += length) {
        unsigned rune = rune_decode(slice_from_offset(text, at), &length);
        if (is_connector(rune))
            buffer_add_byte(out, connector);
        else
            buffer_add_rune(out, letter_is_upper(rune) ? letter_to_lower(rune) : rune);
    }
}

/* Letters and numbers that follow a number belong to its word. */
static void add_number_tail(struct buffer *out, enum word *word, struct slice *text, struct slice *rest, char connector)
{
    while (*word == WORD_ALPHABET || *word == WORD_NUMBER) {
        add_lower(out, *word, *text, connector);
        *word = next_word(rest, text);
    }
    if (*word != WORD_INVALID && *word != WORD_PUNCTUATION && *word != WORD_CONNECTOR)
        buffer_add_byte(out, connector);
}

static void to_lower_case(struct buffer *out, struct slice rest, char connector)
{
    struct slice text, last;
    enum word word = next_word(&rest, &text), before;
    while (rest.length && !out->overflowed) {
        if (word != WORD_CONNECTOR)
            add_lower(out, word, text, connector);
        before = word;
        last = text;
        word = next_word(&rest, &text);
        if (before == WORD_NUMBER) {
            add_number_tail(out, &word, &text, &rest, connector);
        } else if (before == WORD_CONNECTOR) {
            add_lower(out, before, last, connector);
        } else if (before != WORD_PUNCTUATION) {
            if (word != WORD_NUMBER) {
                if (word != WORD_CONNECTOR && word != WORD_PUNCTUATION)
                    buffer_add_byte(out, connector);
                continue;
            }
            if (!rest.length)
                continue;
            last = text;
            word = next_word(&rest, &text);
            if (word != WORD_ALPHABET) {
                add_lower(out, WORD_NUMBER, last, connector);
                if (word != WORD_CONNECTOR && word != WORD_PUNCTUATION)
                    buffer_add_byte(out, connector);
                continue;
            }
            buffer_add_byte(out, connector);
            add_lower(out, WORD_NUMBER, last, connector);
            add_number_tail(out, &word, &text, &rest, connector);
        }
    }
    add_lower(out, word, text, connector);
}

void word_case_snake(struct buffer *out, struct slice text)
{
    to_lower_case(out, text, '_');
}

void word_case_kebab(struct buffer *out, struct slice text)
{
    to_lower_case(out, text, '-');
}
