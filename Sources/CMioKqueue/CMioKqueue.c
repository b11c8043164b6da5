#define _GNU_SOURCE
#include "CMioKqueue.h"

#if defined(C_MIO_HAS_KQUEUE)

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define RESULT(call) ({ __typeof__(call) result_ = (call); result_ < 0 ? -errno : result_; })

#if defined(__APPLE__) || defined(__DragonFly__)
// Makes it close-on-exec, and non-blocking if asked to, or closes it. Not atomic: the best that these
// systems offer for a kqueue.
static int finish(int descriptor, int is_nonblocking) {
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

int c_mio_kqueue_create(void) {
#if defined(__FreeBSD__) && defined(KQUEUE_CLOEXEC)
  return RESULT(kqueuex(KQUEUE_CLOEXEC));
#elif defined(__OpenBSD__) || defined(__NetBSD__)
  return RESULT(kqueue1(O_CLOEXEC));
#elif defined(C_MIO_LIBKQUEUE)
  return RESULT(kqueue()); // close-on-exec already
#else
  return finish(kqueue(), 0);
#endif
}

// Counts are ints, and on NetBSD size_t.
#if defined(__NetBSD__)
#define COUNT(count) (count)
#else
#define COUNT(count) ((count) > INT_MAX ? INT_MAX : (int)(count))
#endif

static intptr_t call(int queue, const c_mio_kqueue_record *changes, size_t change_count,
                     c_mio_kqueue_record *records, size_t capacity, int64_t nanoseconds) {
  struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  return RESULT(kevent(queue, (const struct kevent *)changes, COUNT(change_count),
                       (struct kevent *)records, COUNT(capacity), nanoseconds < 0 ? NULL : &time));
}

intptr_t c_mio_kqueue_change(int queue, const c_mio_kqueue_record *changes,
                             c_mio_kqueue_record *receipts, size_t count) {
  return call(queue, changes, count, receipts, count, 0);
}

int c_mio_kqueue_submit(int queue, c_mio_kqueue_record change) {
  return (int)call(queue, &change, 1, NULL, 0, 0);
}

intptr_t c_mio_kqueue_wait(int queue, c_mio_kqueue_record *records, size_t capacity,
                           int64_t nanoseconds) {
  return call(queue, NULL, 0, records, capacity, nanoseconds);
}

int c_mio_kqueue_pipe(int ends[2]) {
#if defined(__APPLE__)
  if (pipe(ends) < 0) return -errno;
  int first = finish(ends[0], 1), second = finish(ends[1], 1);
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

int c_mio_kqueue_close(int descriptor) { return RESULT(close(descriptor)); }

int64_t c_mio_kqueue_process(void) { return getpid(); }

uint64_t c_mio_kqueue_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
