#include "tree/yaml.h"
#include "tree/yaml_events.h"
#include "tree/yaml_fast.h"

bool yaml_read(struct arena *arena, const struct source *source, const struct yaml_options *options,
               const struct tree **ret_tree, struct error *error)
{
    if (source->text.length >= UINT32_MAX)
        return error_set(error, ERROR_LIMIT, (struct position){source->name, 0, 0}, "a text of 4 GiB or more");
    struct yaml_builder builder;
    yaml_builder_init(&builder, arena, source, NULL);
    if (!yaml_fast_read(&builder)) {
        yaml_builder_init(&builder, arena, source, error);
        if (!yaml_events_read(&builder))
            return false;
    }
    yaml_build_warn(&builder, options);
    *ret_tree = builder.root ? builder.root : &tree_null_node;
    return true;
}
