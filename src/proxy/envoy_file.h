/* envoy_file.h - the files and arguments that an Envoy starts with. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "proxy/settings.h"

/* Writes the bootstrap into configPath, whole or not at all, and gives its name; or the name of customConfigFile. */
MUST_CHECK bool envoy_file_write(struct arena *arena, const struct proxy_settings *settings, struct slice *ret_name,
                                 struct error *error);
/* The command line, NULL-terminated, in the arena. Errors: ISTIO_BOOTSTRAP_OVERRIDE names a file that cannot be read.
 */
MUST_CHECK bool envoy_arguments(struct arena *arena, const struct proxy_settings *settings, struct slice config_file,
                                char ***ret, struct error *error);
