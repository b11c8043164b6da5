#define _GNU_SOURCE
#include "Capabilities.h"

#if C_MIO_IS_POSIX

#include "SignalMask.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined(__linux__) && !defined(RWF_NOSIGNAL)
#define RWF_NOSIGNAL 0x100 // since Linux 6.18
#endif

intptr_t c_mio_pipe_create(intptr_t *reading_end, intptr_t *writing_end) {
  int both[2];
  int result = c_mio_descriptor_create_pipe(both);
  if (result < 0) return result;
#if defined(F_SETNOSIGPIPE) // elsewhere each write prevents the signal
  if (fcntl(both[1], F_SETNOSIGPIPE, 1) < 0) {
    int error = errno;
    close(both[0]);
    close(both[1]);
    return -error;
  }
#endif
  *reading_end = both[0];
  *writing_end = both[1];
  return 0;
}

intptr_t c_mio_pipe_adopt(intptr_t descriptor, int is_writing_end) {
  if (!c_mio_is_descriptor(descriptor)) return -EBADF;
  struct stat status;
  if (fstat((int)descriptor, &status) < 0) return -errno;
  if (!S_ISFIFO(status.st_mode)) return -EINVAL;
  int flags = fcntl((int)descriptor, F_GETFL);
  if (flags < 0) return -errno;
  int access = flags & O_ACCMODE;
  if (access != O_RDWR && access != (is_writing_end ? O_WRONLY : O_RDONLY)) return -EINVAL;
#if defined(F_SETNOSIGPIPE)
  if (is_writing_end && fcntl((int)descriptor, F_SETNOSIGPIPE, 1) < 0) return -errno;
#endif
  return c_mio_descriptor_set_flags((int)descriptor);
}

intptr_t c_mio_pipe_read(intptr_t pipe, const c_mio_piece *pieces, size_t count) {
  return C_MIO_CALL(readv, (int)pipe, (struct iovec *)pieces, (int)count);
}

#if defined(F_SETNOSIGPIPE)

intptr_t c_mio_pipe_write(intptr_t pipe, const c_mio_piece *pieces, size_t count) {
  return C_MIO_CALL(writev, (int)pipe, (struct iovec *)pieces, (int)count);
}

#else

static intptr_t write_masked(int pipe, const c_mio_piece *pieces, size_t count) {
  c_mio_signal_mask mask;
  c_mio_hold_sigpipe(&mask);
  intptr_t result = C_MIO_RESULT(writev(pipe, (struct iovec *)pieces, (int)count));
  c_mio_release_sigpipe(&mask, result == -EPIPE);
  return result;
}

// The C library of Android has pwritev2 since API level 33.
#if defined(__linux__) && !C_MIO_IS_LIKE_APPLE && !(defined(__ANDROID__) && __ANDROID_API__ < 33)

static atomic_int lacks_flag;

intptr_t c_mio_pipe_write(intptr_t pipe, const c_mio_piece *pieces, size_t count) {
  if (!atomic_load_explicit(&lacks_flag, memory_order_relaxed)) {
    intptr_t result = C_MIO_RESULT(
        pwritev2((int)pipe, (struct iovec *)pieces, (int)count, -1, RWF_NOSIGNAL));
    if (result != -EOPNOTSUPP && result != -ENOSYS && result != -EPERM) return result;
    atomic_store_explicit(&lacks_flag, 1, memory_order_relaxed);
  }
  return write_masked((int)pipe, pieces, count);
}

#else

intptr_t c_mio_pipe_write(intptr_t pipe, const c_mio_piece *pieces, size_t count) {
  return write_masked((int)pipe, pieces, count);
}

#endif

#endif

#endif
