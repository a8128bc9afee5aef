/* yaml_order.h - go-yaml's natural order of keys: a9 before a10, signs before digits' letters. */
#pragma once
#include "base/slice.h"

/* Whether `a` comes before `b`. */
bool yaml_order_less(struct slice a, struct slice b);
