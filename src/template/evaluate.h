/* evaluate.h - pipelines, and the variables they set. */
#pragma once
#include "template/execution.h"

void variable_push(struct execution *execution, uint32_t name, const struct template_value *value);
/* False, with an error, when there is none of this name. */
bool variable_set(struct execution *execution, uint32_t name, const struct template_value *value);

/* As evaluate_pipeline, but what only names a part of the root stays open (record.h), for a user that notes what it reads
 * of it. */
bool evaluate_pipeline_open(struct execution *execution, const struct template_value *dot,
                            const struct pipeline *pipeline, struct template_value *ret);
