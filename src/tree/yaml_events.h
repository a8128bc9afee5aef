/* yaml_events.h - the whole of YAML 1.1, by libyaml: slow, and the one that reports errors. */
#pragma once
#include "tree/yaml_build.h"

/* Feeds the text's document to the builder; `builder->root` stays NULL when there is none. */
MUST_CHECK bool yaml_events_read(struct yaml_builder *builder);
