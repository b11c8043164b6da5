// The one way to functions of Windows' libraries: by name. Not every compiler brings an import library for them,
// not every system has them, and under Wine the names of Winsock's functions are also the C library's.
#ifndef C_MIO_LIBRARY_H
#define C_MIO_LIBRARY_H

#if defined(_WIN32)

// LoadLibraryExA of a library of the system's, never of the program's folder, and GetProcAddress. NULL when
// there is no such library, or no such function.
void *c_mio_library_function(const char *library, const char *name);

// Defines NAME_function(), which looks a function up once. Two threads that come first find the same.
#define C_MIO_LIBRARY_FUNCTION(type, library, name)                          \
  static type name##_function(void) {                                        \
    static type volatile function;                                           \
    if (!function) function = (type)c_mio_library_function(library, #name);  \
    return function;                                                         \
  }

#endif

#endif
