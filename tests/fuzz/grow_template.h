/* grow_template.h - templates from any bytes, that look at a pod in all the ways a template can. */
#pragma once
#include "base/buffer.h"
#include "grow.h"

struct growing_template {
    struct grow *grow;
    struct buffer *out;
    unsigned variables; /* $v0, $v1, ... that are in scope */
};

static inline struct slice grow_choice(struct grow *grow, const struct slice *choices, size_t count)
{
    return choices[grow_byte(grow) % count];
}
#define GROW_CHOICE(grow, choices) grow_choice((grow), (choices), ARRAY_LENGTH(choices))

static inline void grow_path(struct growing_template *growing)
{
    static const struct slice paths[] = {
        SLICE_CONSTANT(".ObjectMeta.Labels"), SLICE_CONSTANT(".ObjectMeta.Annotations"), SLICE_CONSTANT(".ObjectMeta"),
        SLICE_CONSTANT(".Spec.Containers"), SLICE_CONSTANT(".Spec"), SLICE_CONSTANT(".Data"), SLICE_CONSTANT(".Data.a"),
        SLICE_CONSTANT(".Data.a.b"), SLICE_CONSTANT(".Data.list"), SLICE_CONSTANT(".Message"), SLICE_CONSTANT(".Other"), SLICE_CONSTANT(".Data.c"), SLICE_CONSTANT(".Other"),
        SLICE_CONSTANT(".Message.Name"), SLICE_CONSTANT(".Message.GetSize"), SLICE_CONSTANT(".Message.Size"),
        SLICE_CONSTANT(".Owner"), SLICE_CONSTANT(".Owner.Name"), SLICE_CONSTANT(".Pod.ObjectMeta.Name"),
        SLICE_CONSTANT(".Count"), SLICE_CONSTANT(".ObjectMeta.Name"), SLICE_CONSTANT(".Spec.HostNetwork"),
        SLICE_CONSTANT(".Spec.ServiceAccountName"), SLICE_CONSTANT(".Spec.SecurityContext"),
        SLICE_CONSTANT(".Spec.SecurityContext.RunAsUser"), SLICE_CONSTANT(".Spec.Volumes"),
        SLICE_CONSTANT(".ObjectMeta.Labels.app"), SLICE_CONSTANT(".Values"), SLICE_CONSTANT(".ObjectMeta.CreationTimestamp"),
        SLICE_CONSTANT(".Pod.Spec.NodeSelector"), SLICE_CONSTANT(".Pod"), SLICE_CONSTANT(".Data.list.x"),
    };
    static const struct slice of_elements[] = {
        SLICE_CONSTANT(".Name"), SLICE_CONSTANT(".Ports"), SLICE_CONSTANT(".Image"), SLICE_CONSTANT(".a"),
        SLICE_CONSTANT(".b"), SLICE_CONSTANT(".Resources.Limits"), SLICE_CONSTANT(".Resources.Limits.Cpu"),
        SLICE_CONSTANT(".Env"), SLICE_CONSTANT(".Resources"), SLICE_CONSTANT(".Value"), SLICE_CONSTANT(".LivenessProbe"),
    };
    struct grow *grow = growing->grow;
    unsigned choice = grow_byte(grow);
    switch (choice % 8) {
    case 0:
        buffer_add_literal(growing->out, ".");
        break;
    case 1:
        buffer_add_literal(growing->out, "$");
        break;
    case 2:
    case 3:
        if (growing->variables)
            buffer_format(growing->out, "$v%u", grow_byte(grow) % growing->variables);
        buffer_add_slice(growing->out, choice & 32 || !growing->variables ? GROW_CHOICE(grow, of_elements) : SLICE(""));
        break;
    case 4:
        buffer_add_literal(growing->out, "$");
        /* fall through */
    default:
        buffer_add_slice(growing->out, GROW_CHOICE(grow, paths));
    }
}

static inline void grow_expression(struct growing_template *growing, unsigned depth)
{
    static const struct slice constants[] = {SLICE_CONSTANT("\"app\""), SLICE_CONSTANT("\"a\""),
                                             SLICE_CONSTANT("0"), SLICE_CONSTANT("\"\""), SLICE_CONSTANT("nil"),
                                             SLICE_CONSTANT("\"containers\""), SLICE_CONSTANT("true"),
                                             SLICE_CONSTANT("1"), SLICE_CONSTANT("\"Name\"")};
    static const struct slice look_ups[] = {SLICE_CONSTANT("index"), SLICE_CONSTANT("isset"), SLICE_CONSTANT("hasKey"),
                                            SLICE_CONSTANT("get"), SLICE_CONSTANT("index"), SLICE_CONSTANT("eq"),
                                            SLICE_CONSTANT("default"), SLICE_CONSTANT("valueOrDefault"),
                                            SLICE_CONSTANT("ne"), SLICE_CONSTANT("pick"), SLICE_CONSTANT("dict \"k\""),
                                            SLICE_CONSTANT("list"), SLICE_CONSTANT("and"), SLICE_CONSTANT("or"),
                                            SLICE_CONSTANT("append"), SLICE_CONSTANT("has"), SLICE_CONSTANT("omit"),
                                            SLICE_CONSTANT("unset"), SLICE_CONSTANT("deepEqual"),
                                            SLICE_CONSTANT("merge"), SLICE_CONSTANT("coalesce"),
                                            SLICE_CONSTANT("set (dict)"), SLICE_CONSTANT("dig \"a\" 1"),
                                            SLICE_CONSTANT("print"), SLICE_CONSTANT("mergeMaps")};
    static const struct slice calls[] = {
        SLICE_CONSTANT("toJson"), SLICE_CONSTANT("len"), SLICE_CONSTANT("keys"), SLICE_CONSTANT("applicationPorts"),
        SLICE_CONSTANT("includeInboundPorts"), SLICE_CONSTANT("kindOf"), SLICE_CONSTANT("typeOf"),
        SLICE_CONSTANT("empty"), SLICE_CONSTANT("not"), SLICE_CONSTANT("first"), SLICE_CONSTANT("values"),
        SLICE_CONSTANT("quote"), SLICE_CONSTANT("structToJSON"), SLICE_CONSTANT("toYaml"), SLICE_CONSTANT("toString"),
        SLICE_CONSTANT("protoToJSON"), SLICE_CONSTANT("omitNil"), SLICE_CONSTANT("toJSON"), SLICE_CONSTANT("reverse"),
        SLICE_CONSTANT("sortAlpha"), SLICE_CONSTANT("date \"2006\""), SLICE_CONSTANT("formatDuration")};
    struct grow *grow = growing->grow;
    struct buffer *out = growing->out;
    unsigned choice = grow_byte(grow);
    if (depth > 3)
        choice %= 4;
    switch (choice % 12) {
    case 0:
        buffer_add_slice(out, GROW_CHOICE(grow, constants));
        break;
    default:
        grow_path(growing);
        break;
    case 4:
    case 5:
    case 6:
        buffer_add_byte(out, '(');
        buffer_add_slice(out, GROW_CHOICE(grow, look_ups));
        for (unsigned i = 0; i < 2u + (choice >> 6 == 3); i++) {
            buffer_add_byte(out, ' ');
            grow_expression(growing, depth + 1);
        }
        buffer_add_byte(out, ')');
        break;
    case 7:
        buffer_add_literal(out, "(annotation .ObjectMeta ");
        grow_expression(growing, depth + 1);
        buffer_add_literal(out, " ");
        grow_expression(growing, depth + 1);
        buffer_add_byte(out, ')');
        break;
    case 8:
        buffer_add_byte(out, '(');
        grow_expression(growing, depth + 1);
        buffer_add_literal(out, " | ");
        buffer_add_slice(out, choice & 16 ? GROW_CHOICE(grow, look_ups) : GROW_CHOICE(grow, calls));
        if (choice & 32) {
            buffer_add_byte(out, ' ');
            grow_expression(growing, depth + 1);
        }
        buffer_add_byte(out, ')');
        break;
    case 9:
        buffer_add_byte(out, '(');
        buffer_add_slice(out, GROW_CHOICE(grow, calls));
        buffer_add_byte(out, ' ');
        grow_expression(growing, depth + 1);
        buffer_add_byte(out, ')');
        break;
    case 10:
        buffer_add_byte(out, '(');
        grow_expression(growing, depth + 1);
        buffer_add_literal(out, ").Name");
        break;
    }
}

static inline void grow_actions(struct growing_template *growing, unsigned depth)
{
    struct buffer *out = growing->out;
    unsigned variables = growing->variables;
    for (unsigned i = grow_byte(growing->grow) % 4; i != UINT32_MAX && out->length < 4000; i--) {
        unsigned choice = grow_byte(growing->grow);
        const char *opening = choice % 8 == 4 ? "if " : choice % 8 == 5 ? "with " : "range ";
        if (choice % 8 == 3) {
            buffer_format(out, "{{$v%u := ", variables);
            grow_expression(growing, 2);
            buffer_add_literal(out, "}}");
            growing->variables = ++variables;
        } else if (choice % 8 == 2) {
            buffer_format(out, "{{template \"t%u\" ", choice >> 3 & 1);
            grow_expression(growing, 2);
            buffer_add_literal(out, "}}");
        } else if (choice % 8 < 2 || depth > 3) {
            buffer_add_literal(out, ",{{");
            grow_expression(growing, 0);
            buffer_add_literal(out, "}}");
        } else {
            buffer_format(out, "{{%s", opening);
            if (choice % 8 >= 6 && choice & 16) {
                buffer_format(out, "$v%u, $v%u := ", variables, variables + 1);
                growing->variables += 2;
            } else if (choice % 8 == 7 && variables) {
                buffer_format(out, "$v%u = ", variables - 1);
            }
            grow_expression(growing, 1);
            buffer_add_literal(out, "}}");
            grow_actions(growing, depth + 1);
            if (choice & 32) {
                buffer_add_literal(out, "{{else}}");
                grow_actions(growing, depth + 1);
            }
            buffer_add_literal(out, "{{end}}");
            growing->variables = variables;
        }
    }
    growing->variables = variables;
}

static inline void grow_template(struct grow *grow, struct buffer *out)
{
    struct growing_template growing = {.grow = grow, .out = out};
    for (unsigned i = 0; i < 2; i++) {
        buffer_format(out, "{{define \"t%u\"}}", i);
        grow_actions(&growing, 2);
        buffer_add_literal(out, "{{end}}");
    }
    grow_actions(&growing, 0);
}
