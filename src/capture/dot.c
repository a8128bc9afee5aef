/* dot.c - a plan as a picture, in Graphviz' language. The rest of show.h is in show.c. */
#include "capture/iptables_text.h"
#include "capture/show.h"

enum { RULE_TEXT_MAX = 1 << 16 };

/* Graphviz' HTML-like labels. */
static void html_print(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == '<')
            buffer_add_literal(out, "&lt;");
        else if (byte == '>')
            buffer_add_literal(out, "&gt;");
        else if (byte == '&')
            buffer_add_literal(out, "&amp;");
        else if (byte == '"')
            buffer_add_literal(out, "&quot;");
        else
            buffer_add_byte(out, byte);
    }
}

static bool rule_is_in(const struct rule *rule, const struct chain *chain)
{
    return slice_equal(rule->table, chain->table) && slice_equal(rule->chain, chain->name);
}

static void rule_row(struct buffer *out, const struct rule *rule, size_t index)
{
    _cleanup_(buffer_done) struct buffer text = BUFFER_INIT(RULE_TEXT_MAX);
    if (rule->families != CAPTURE_BOTH)
        buffer_format(&text, "%s ", rule->families == CAPTURE_IPV6 ? "IPv6:" : "");
    iptables_rule_print(&text, rule);
    buffer_format(out, "<TR><TD PORT=\"r%zu\" ALIGN=\"LEFT\"><FONT FACE=\"monospace\">", index);
    html_print(out, slice_trim(buffer_slice(&text)));
    buffer_add_literal(out, "</FONT><BR ALIGN=\"LEFT\"/><FONT COLOR=\"#555555\" POINT-SIZE=\"10\">");
    html_print(out, rule->why);
    buffer_add_literal(out, "</FONT><BR ALIGN=\"LEFT\"/></TD></TR>\n");
}

static void chain_box(struct buffer *out, const struct capture_plan *plan, const struct chain *chain)
{
    const char *color = chain->hook == HOOK_NONE ? "#eef3fb" : "#dbe7c9";
    buffer_format(out,
                  "  \"%.*s %.*s\" [label=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"5\">\n"
                  "<TR><TD PORT=\"top\" BGCOLOR=\"%s\"><B>%.*s</B></TD></TR>\n",
                  SLICE_ARGS(chain->table), SLICE_ARGS(chain->name), color, SLICE_ARGS(chain->name));
    for (size_t i = 0; i < plan->rules.count; i++) {
        if (rule_is_in(&plan->rules.rules[i], chain))
            rule_row(out, &plan->rules.rules[i], i);
    }
    buffer_add_literal(out, "</TABLE>>]\n");
}

static void rule_arrow(struct buffer *out, const struct rule *rule, size_t index)
{
    const struct verdict *verdict = &rule->verdict;
    if (verdict_enters(verdict))
        buffer_format(out, "  \"%.*s %.*s\":r%zu:e -> \"%.*s %.*s\":top:w\n", SLICE_ARGS(rule->table),
                      SLICE_ARGS(rule->chain), index, SLICE_ARGS(rule->table), SLICE_ARGS(verdict->chain));
    else if (verdict->kind == VERDICT_REDIRECT || verdict->kind == VERDICT_TPROXY)
        buffer_format(out, "  \"%.*s %.*s\":r%zu:e -> \"port %u\" [color=\"#b5482a\", penwidth=2]\n",
                      SLICE_ARGS(rule->table), SLICE_ARGS(rule->chain), index, verdict->port);
}

static void port_box(struct buffer *out, const struct capture_plan *plan, size_t index)
{
    const struct rule *rule = &plan->rules.rules[index];
    uint16_t port = rule->verdict.port;
    if (!port)
        return;
    for (size_t i = 0; i < index; i++) {
        if (plan->rules.rules[i].verdict.port == port)
            return;
    }
    buffer_format(
        out, "  \"port %u\" [label=\"port %u\\n%s\", shape=box, style=\"filled,rounded\", fillcolor=\"#f6d9cf\"]\n",
        port, port, port == CAPTURE_DNS_PORT ? "agent (DNS)" : "proxy");
}

void plan_show_dot(struct buffer *out, const struct capture_plan *plan)
{
    buffer_add_literal(out,
                       "digraph capture {\n  rankdir=LR\n  node [shape=plain, fontname=\"sans-serif\", fontsize=11]\n"
                       "  edge [color=\"#44546a\"]\n");
    for (size_t table = 0; table < CAPTURE_TABLE_COUNT; table++) {
        bool used = false;
        for (size_t i = 0; i < plan->rules.chain_count; i++) {
            const struct chain *chain = &plan->rules.chains[i];
            if (!slice_equal(chain->table, capture_tables[table]))
                continue;
            if (!used)
                buffer_format(out,
                              "  subgraph \"cluster_%.*s\" { label=\"table %.*s\"; fontname=\"sans-serif\"; "
                              "color=\"#bbbbbb\"\n",
                              SLICE_ARGS(chain->table), SLICE_ARGS(chain->table));
            used = true;
            chain_box(out, plan, chain);
        }
        if (used)
            buffer_add_literal(out, "  }\n");
    }
    for (size_t i = 0; i < plan->rules.count; i++) {
        port_box(out, plan, i);
        rule_arrow(out, &plan->rules.rules[i], i);
    }
    buffer_add_literal(out, "}\n");
}
