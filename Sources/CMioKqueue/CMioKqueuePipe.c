// The pipe of the wakers, for systems without EVFILT_USER.
#define _GNU_SOURCE
#include "CMioKqueue.h"

#if defined(C_MIO_HAS_PIPES)

#include "Descriptors.h"

int c_mio_kqueue_pipe(int ends[2]) {
#if defined(__APPLE__)
  if (pipe(ends) < 0) return -errno;
  int first = c_mio_kqueue_finish(ends[0], 1), second = c_mio_kqueue_finish(ends[1], 1);
  if (first >= 0 && second >= 0) return 0;
  if (first >= 0) close(first);
  if (second >= 0) close(second);
  return first < 0 ? first : second;
#else
  return RESULT(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
#endif
}

int c_mio_kqueue_pipe_write(int end) {
  char byte = 0;
  return RESULT((int)write(end, &byte, 1));
}

int c_mio_kqueue_pipe_drain(int end) {
  char bytes[512];
  ssize_t result;
  do {
    result = read(end, bytes, sizeof bytes);
  } while (result == sizeof bytes || (result < 0 && errno == EINTR));
  return result < 0 && errno != EAGAIN ? -errno : 0;
}

#endif
