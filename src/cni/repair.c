#include "cni/repair.h"
#include "base/memory.h"
struct repair { int x; };
void repair_print(const struct repair_counts *counts, struct buffer *out) { (void)counts, (void)out; }
bool repair_start(const struct repair_settings *settings, struct repair_counts *counts, struct repair **ret_repair, struct error *error)
{ (void)settings, (void)counts, (void)error; *ret_repair = NULL; return true; }
void repair_stop(struct repair *repair) { (void)repair; }
