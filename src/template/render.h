/* render.h - a template and plain data to text: what `pillion render` does. */
#pragma once
#include "template/template.h"

struct render_input {
    struct source template;
    struct source data;       /* JSON, or YAML as Kubernetes reads it; an empty text is no data */
    struct slice delimiters;  /* "[[,]]"; empty: {{ and }} */
    enum template_dialect dialect; /* with [[ and ]] it is Istio 1.0's in any case */
    template_environment environment;
    void *environment_context;
    int64_t now_seconds;
};

MUST_CHECK bool render(const struct render_input *input, struct arena *arena, struct buffer *out, struct error *error);
