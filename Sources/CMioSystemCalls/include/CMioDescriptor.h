// The calls for descriptors of any kind. A function returns the result of the call that its comment
// names, or the negated error code.
#ifndef C_MIO_DESCRIPTOR_H
#define C_MIO_DESCRIPTOR_H

// Wine's compiler defines the macros of both systems.
#if (defined(__unix__) || defined(__APPLE__)) && !defined(_WIN32)

#include "CMioSystemCalls.h"
#include <unistd.h>

// Whether the system lacks the calls that create a descriptor together with its flags, as Apple's
// systems do. C_MIO_USE_FALLBACKS enables their code on any system, so that tests on one system
// cover it: scripts/test-fallbacks.
#if defined(__APPLE__) || defined(C_MIO_USE_FALLBACKS)
#define C_MIO_IS_LIKE_APPLE 1
#else
#define C_MIO_IS_LIKE_APPLE 0
#endif

// pipe2(2), or pipe(2) and fcntl(2): both ends are close-on-exec and non-blocking. The reading end
// comes first.
int c_mio_descriptor_create_pipe(int ends[2]);

// write(2) of one byte. Returns -EAGAIN if the pipe is full.
int c_mio_descriptor_write_byte(int descriptor);

// read(2) until a pipe is empty or an eventfd is zero, which is no error.
int c_mio_descriptor_drain(int descriptor);

// fcntl(2): close-on-exec.
int c_mio_descriptor_set_close_on_exec(int descriptor);

// fcntl(2): close-on-exec and non-blocking.
int c_mio_descriptor_set_flags(int descriptor);

// close(2).
static inline int c_mio_descriptor_close(int descriptor) {
  return C_MIO_RESULT(close(descriptor));
}

#endif

#endif
