#include "tree/yaml_events.h"
#include <assert.h>
#include <stdio.h>
#include <yaml.h>

struct reader {
    struct yaml_builder *builder;
    const struct source *source;
    yaml_parser_t parser;
    size_t skipped;               /* of the source, before libyaml's text: a byte order mark */
    size_t known_runes, known_at; /* libyaml counts characters: this many stand before this byte */
};

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The byte offset of a character; the walk starts where the last one ended. */
static uint32_t offset_of(struct reader *reader, size_t runes)
{
    struct slice text = reader->source->text;
    size_t at = reader->known_at;
    while (reader->known_runes < runes && at < text.length) {
        do
            at++;
        while (at < text.length && is_continuation(text.bytes[at]));
        reader->known_runes++;
    }
    while (reader->known_runes > runes && at > reader->skipped) {
        do
            at--;
        while (at > reader->skipped && is_continuation(text.bytes[at]));
        reader->known_runes--;
    }
    reader->known_at = at;
    return (uint32_t)at;
}

/* ---- errors ---- */

/* What libyaml says, and how it is said here: what was found, what was expected. */
static const struct {
    const char *problem, *text;
} problems[] = {
    {"control characters are not allowed", "control characters are not allowed"},
    {"mapping values are not allowed in this context",
     "\": \" cannot stand here: the text before it needs quotes, or the indentation is wrong"},
    {"mapping keys are not allowed in this context", "a \"? \" key cannot stand here: is the indentation wrong?"},
    {"block sequence entries are not allowed in this context",
     "a \"- \" list item cannot stand here: it needs a line of its own below its key"},
    {"could not find expected ':'", "a key without \":\" behind it"},
    {"did not find expected key", "expected a key here: is this line's indentation that of the keys above?"},
    {"did not find expected '-' indicator",
     "expected \"- \" here: is this line's indentation that of the items above?"},
    {"did not find expected ',' or '}'", "expected \",\" or \"}\""},
    {"did not find expected ',' or ']'", "expected \",\" or \"]\""},
    {"did not find expected node content", "expected a value here"},
    {"did not find expected <document start>", "expected the end of the document or \"---\""},
    {"did not find expected comment or line break", "nothing but a comment may stand behind this on its line"},
    {"did not find expected whitespace or line break", "expected a blank or the end of the line"},
    {"did not find expected whitespace", "expected a blank"},
    {"found a tab character where an indentation space is expected", "a tab cannot be used to indent: use blanks"},
    {"found a tab character that violates indentation", "a tab cannot be used to indent: use blanks"},
    {"found unexpected end of stream", "quotes that are not closed"},
    {"found unexpected document indicator", "quotes that are not closed before the document's end"},
    {"found unknown escape character", "no such escape: in double quotes a backslash is written \\\\"},
    {"did not find expected hexdecimal number", "expected hexadecimal digits"},
    {"found invalid Unicode character escape code", "no such Unicode character"},
    {"found unexpected ':'", "\":\" cannot stand in a text without quotes here"},
    {"did not find expected alphabetic or numeric character", "expected a name of letters, digits, \"-\" and \"_\""},
    {"found undefined tag handle", "a tag prefix that no %TAG line has set"},
    {"found an indentation indicator equal to 0", "a block's indentation cannot be 0"},
    {"found incompatible YAML document", "not YAML 1.1 or 1.2"},
};

static const char *clear_words(const char *problem)
{
    if (!problem)
        return "not YAML";
    for (size_t i = 0; i < ARRAY_LENGTH(problems); i++) {
        if (strcmp(problem, problems[i].problem) == 0)
            return problems[i].text;
    }
    return problem;
}

static bool fail_on_byte(struct reader *reader, uint32_t offset)
{
    struct slice text = reader->source->text;
    char byte = offset < text.length ? text.bytes[offset] : '\0';
    struct error *error = reader->builder->error;
    if (byte == '\t')
        return error_at(error, ERROR_SYNTAX, reader->source, offset, "a tab cannot be used to indent: use blanks");
    if (byte == '%')
        return error_at(error, ERROR_SYNTAX, reader->source, offset, "no text without quotes can start with \"%%\"");
    return error_at(error, ERROR_SYNTAX, reader->source, offset, "no text without quotes can start with \"%c\"", byte);
}

static bool fail(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    struct error *error = reader->builder->error;
    if (!error)
        return false;
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(error, ERROR_LIMIT, (struct position){reader->source->name, 0, 0},
                         "the text is too large to be read");
    if (parser->error == YAML_READER_ERROR)
        return error_at(error, ERROR_SYNTAX, reader->source, reader->skipped + parser->problem_offset, "%s",
                        strstr(parser->problem, "UTF-8") ? "not UTF-8 text" : clear_words(parser->problem));
    uint32_t offset = offset_of(reader, parser->problem_mark.index);
    if (strcmp(parser->problem, "found character that cannot start any token") == 0)
        return fail_on_byte(reader, offset);
    unsigned first_line = reader->source->first_line ? reader->source->first_line : 1;
    bool has_context = parser->context && parser->context_mark.line != parser->problem_mark.line;
    error_at(error, ERROR_SYNTAX, reader->source, offset, "%s", clear_words(parser->problem));
    if (has_context) {
        size_t length = strlen(error->text);
        snprintf(error->text + length, sizeof error->text - length, " (%s from line %u on)",
                 strstr(parser->context, "simple key")      ? "the key"
                 : strstr(parser->context, "quoted scalar") ? "the quoted text"
                 : strstr(parser->context, "flow")          ? "in the brackets"
                 : strstr(parser->context, "mapping")       ? "in the map"
                 : strstr(parser->context, "collection")    ? "in the list"
                                                            : "in what",
                 (unsigned)parser->context_mark.line + first_line);
    }
    return false;
}

/* ---- events ---- */

static struct slice slice_of(const yaml_char_t *text)
{
    return text ? slice_from((const char *)text) : (struct slice){0};
}

/* libyaml frees its strings with the event. What stands in the source byte by byte is borrowed from there. */
static struct slice keep_text(struct reader *reader, const yaml_event_t *event)
{
    struct slice text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    yaml_scalar_style_t style = event->data.scalar.style;
    size_t end = offset_of(reader, event->end_mark.index);
    if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        end -= end > 0;
    if (end >= text.length && text.length) {
        struct slice there = {reader->source->text.bytes + end - text.length, text.length};
        if (slice_equal(there, text))
            return there;
    }
    return arena_copy(reader->builder->arena, text);
}

static struct yaml_properties keep_properties(struct reader *reader, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct yaml_properties properties = {slice_of(anchor), slice_of(tag)};
    if (anchor)
        properties.anchor = arena_copy(reader->builder->arena, properties.anchor);
    if (tag)
        properties.tag = arena_copy(reader->builder->arena, properties.tag);
    return properties;
}

static bool build_scalar(struct reader *reader, const yaml_event_t *event)
{
    struct yaml_properties properties =
        keep_properties(reader, event->data.scalar.anchor, event->data.scalar.tag);
    uint32_t offset = offset_of(reader, event->start_mark.index);
    return yaml_build_scalar(reader->builder, &properties, keep_text(reader, event), event->data.scalar.plain_implicit,
                             offset);
}

static bool build_alias(struct reader *reader, const yaml_event_t *event)
{
    struct slice name = arena_copy(reader->builder->arena, slice_of(event->data.alias.anchor));
    return yaml_build_alias(reader->builder, name, offset_of(reader, event->start_mark.index));
}

static bool build_start(struct reader *reader, const yaml_event_t *event)
{
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    struct yaml_properties properties =
        is_map ? keep_properties(reader, event->data.mapping_start.anchor, event->data.mapping_start.tag)
               : keep_properties(reader, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    return yaml_build_start(reader->builder, &properties, is_map ? TREE_MAP : TREE_LIST,
                            offset_of(reader, event->start_mark.index));
}

static bool build(struct reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return build_scalar(reader, event);
    case YAML_ALIAS_EVENT:
        return build_alias(reader, event);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return build_start(reader, event);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return yaml_build_end(reader->builder);
    default:
        return true;
    }
}

/* A separator with nothing behind it is no second document. */
static bool read_rest(struct reader *reader)
{
    size_t documents = 1;
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event))
            return fail(reader);
        yaml_event_type_t type = event.type;
        bool is_empty = type == YAML_SCALAR_EVENT && event.data.scalar.length == 0 && event.data.scalar.plain_implicit;
        size_t index = event.start_mark.index;
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return true;
        documents += type == YAML_DOCUMENT_START_EVENT;
        if ((type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT && !is_empty) || documents > 2)
            return error_at(reader->builder->error, ERROR_SYNTAX, reader->source, offset_of(reader, index),
                            "a second document, where one is expected");
    }
}

static bool read_document(struct reader *reader)
{
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event))
            return fail(reader);
        yaml_event_type_t type = event.type;
        bool built = build(reader, &event);
        yaml_event_delete(&event);
        if (!built)
            return false;
        if (type == YAML_DOCUMENT_END_EVENT)
            return read_rest(reader);
        if (type == YAML_STREAM_END_EVENT)
            return true;
    }
}

bool yaml_events_read(struct yaml_builder *builder)
{
    struct reader reader = {.builder = builder, .source = builder->source};
    struct slice text = builder->source->text;
    if (slice_starts(text, SLICE("\xef\xbb\xbf")))
        reader.skipped = reader.known_at = 3;
    if (!yaml_parser_initialize(&reader.parser))
        return error_errno(builder->error, "libyaml");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    text = slice_from_offset(text, reader.skipped);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)(text.bytes ? text.bytes : ""), text.length);
    bool done = read_document(&reader);
    yaml_parser_delete(&reader.parser);
    return done;
}
