// Looks up functions of the Windows libraries by name. Linking is not possible: some compilers have
// no import library for these functions, some systems do not have the functions, and under Wine the
// names of Winsock's functions are also names in the C library.
#ifndef C_MIO_LIBRARY_H
#define C_MIO_LIBRARY_H

#if defined(_WIN32)

// LoadLibraryExA of a library in the system's folder, never in the program's folder, and
// GetProcAddress. Returns NULL if the library or the function does not exist.
void *c_mio_library_function(const char *library, const char *name);

// Defines NAME_function(), which looks up a function once. Two threads that race for the first
// look-up find the same address.
#define C_MIO_LIBRARY_FUNCTION(type, library, name)                          \
  static type name##_function(void) {                                        \
    static type volatile function;                                           \
    if (!function) function = (type)c_mio_library_function(library, #name);  \
    return function;                                                         \
  }

#endif

#endif
