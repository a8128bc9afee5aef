#include "template/function.h"
static const struct template_function none[1];
const struct function_table functions_crypto={none,0},functions_date={none,0},functions_encoding={none,0},functions_path={none,0},functions_regex={none,0},functions_version={none,0},methods_time={none,0},methods_duration={none,0},methods_version={none,0};
#include "template/version.h"
void version_print(struct buffer *out, const struct template_version *v){(void)v;buffer_add_literal(out,"");}
