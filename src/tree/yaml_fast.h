/* yaml_fast.h - a quick reader for the YAML that manifests are written in: block and flow collections, all scalars,
 * comments, anchors and aliases. It gives up on the rest (tags, "? " keys, directives, several documents, carriage
 * returns, tabs between tokens, byte order marks) and on every error; what it reads, it reads as libyaml would. */
#pragma once
#include "tree/yaml_build.h"

/* As yaml_events_read. False: it gave up, and the builder is of no more use; nothing else has happened. */
MUST_CHECK bool yaml_fast_read(struct yaml_builder *builder);
