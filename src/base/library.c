#include "base/library.h"
#include <dlfcn.h>
#include <string.h>

static bool load(const char *file, const char *package, const struct library_symbol *symbols, size_t count,
                 void *functions, int flags, void **ret_library, struct error *error)
{
    static const struct position nowhere;
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL | flags);
    if (!library)
        return error_set(error, ERROR_MISSING, nowhere, "the library %s (Debian: %s) cannot be loaded: %s", file,
                         package, dlerror());
    for (size_t i = 0; i < count; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            dlclose(library);
            return error_set(error, ERROR_MISSING, nowhere, "the library %s has no %s: a newer one is needed", file,
                             symbols[i].name);
        }
        memcpy((char *)functions + symbols[i].offset, &symbol, sizeof symbol);
    }
    *ret_library = library;
    return true;
}

bool library_load(const char *file, const char *package, const struct library_symbol *symbols, size_t count,
                  void *functions, struct error *error)
{
    void *library;
    /* NODELETE: unloading takes time and gives back what the end of the process gives back anyway. */
    return load(file, package, symbols, count, functions, RTLD_NODELETE, &library, error);
}

bool library_borrow(const char *file, const char *package, const struct library_symbol *symbols, size_t count,
                    void *functions, void **ret_library, struct error *error)
{
    return load(file, package, symbols, count, functions, 0, ret_library, error);
}

void library_return(void **library)
{
    if (*library)
        dlclose(*library);
    *library = NULL;
}
