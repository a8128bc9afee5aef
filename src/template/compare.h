/* compare.h - when values are equal, and which is less. */
#pragma once
#include "template/execution.h"

/* Go's reflect.DeepEqual. False with *ret_failed set when the values are nested too deep. */
bool compare_deep_equal(struct execution *execution, const struct template_value *a, const struct template_value *b,
                        bool *ret_failed);
/* {{ eq }} of two, {{ lt }}, {{ le }}. */
MUST_CHECK bool compare_equal(struct call *call, const struct template_value *a, const struct template_value *b,
                              bool *ret);
MUST_CHECK bool compare_less(struct call *call, const struct template_value *a, const struct template_value *b,
                             bool *ret);
