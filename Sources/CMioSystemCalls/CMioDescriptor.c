#define _GNU_SOURCE
#include "CMioDescriptor.h"

#if (defined(__unix__) || defined(__APPLE__)) && !defined(_WIN32)

#include <fcntl.h>

int c_mio_descriptor_set_close_on_exec(int descriptor) {
  int flags = C_MIO_RESULT(fcntl(descriptor, F_GETFD));
  return flags < 0 ? flags : C_MIO_RESULT(fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC));
}

int c_mio_descriptor_set_flags(int descriptor) {
  int result = c_mio_descriptor_set_close_on_exec(descriptor);
  if (result < 0) return result;
  int flags = C_MIO_RESULT(fcntl(descriptor, F_GETFL));
  if (flags < 0) return flags;
  return flags & O_NONBLOCK ? 0 : C_MIO_RESULT(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK));
}

int c_mio_descriptor_create_pipe(int ends[2]) {
#if C_MIO_IS_LIKE_APPLE
  if (pipe(ends) < 0) return -errno;
  int result = c_mio_descriptor_set_flags(ends[0]);
  if (result == 0) result = c_mio_descriptor_set_flags(ends[1]);
  if (result == 0) return 0;
  close(ends[0]);
  close(ends[1]);
  return result;
#else
  return C_MIO_RESULT(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
#endif
}

int c_mio_descriptor_write_byte(int descriptor) {
  return C_MIO_RESULT((int)write(descriptor, "", sizeof ""));
}

int c_mio_descriptor_drain(int descriptor) {
  char bytes[512];
  int result;
  do {
    result = C_MIO_RESULT((int)read(descriptor, bytes, sizeof bytes));
  } while (result == (int)sizeof bytes || result == -EINTR);
  return result == -EAGAIN ? 0 : result;
}

#endif
