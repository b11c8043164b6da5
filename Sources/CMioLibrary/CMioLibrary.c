#include "CMioLibrary.h"

#if defined(_WIN32)

#include <windows.h>

#if !defined(LOAD_LIBRARY_SEARCH_SYSTEM32)
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x800
#endif

void *c_mio_library_function(const char *library, const char *name) {
  // The library stays loaded, because callers keep the address of the function.
  HMODULE module = LoadLibraryExA(library, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
  return module ? (void *)GetProcAddress(module, name) : NULL;
}

#endif
