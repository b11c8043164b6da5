// The helpers of the functions that create descriptors.
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define RESULT(call) ({ __typeof__(call) result_ = (call); result_ < 0 ? -errno : result_; })

// Makes a descriptor close-on-exec, and non-blocking on request, and closes it if that fails. The
// descriptor is inheritable until then, so only systems without an atomic call use this function.
static inline int c_mio_kqueue_finish(int descriptor, int is_nonblocking) {
  if (descriptor < 0) return -errno;
  if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0 ||
      (is_nonblocking && fcntl(descriptor, F_SETFL, O_NONBLOCK) < 0)) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
}

#endif
