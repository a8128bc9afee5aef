#include "base/library.h"
#include <dlfcn.h>
#include <string.h>

bool library_load(const char *file, const char *package, const struct library_symbol *symbols, size_t count,
                  void *functions, struct error *error)
{
    static const struct position nowhere;
    /* NODELETE: unloading takes time and gives back what the end of the process gives back anyway. */
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        return error_set(error, ERROR_MISSING, nowhere, "the library %s (Debian: %s) cannot be loaded: %s", file,
                         package, dlerror());
    for (size_t i = 0; i < count; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol)
            return error_set(error, ERROR_MISSING, nowhere, "the library %s has no %s: a newer one is needed", file,
                             symbols[i].name);
        memcpy((char *)functions + symbols[i].offset, &symbol, sizeof symbol);
    }
    return true;
}
