/* cast.h - any value as a number, as sprig's arithmetic takes it: what makes no number is 0. */
#pragma once
#include "template/value.h"

int64_t cast_to_int(const struct template_value *value);
double cast_to_double(const struct template_value *value);
