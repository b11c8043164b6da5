#define _GNU_SOURCE
#include "CMioKqueue.h"

#if defined(C_MIO_HAS_KQUEUE)

#include "CMioDescriptor.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/time.h>
#include <time.h>

int c_mio_kqueue_create(void) {
#if defined(KQUEUE_CLOEXEC) // FreeBSD 14 and later
  return C_MIO_RESULT(kqueuex(KQUEUE_CLOEXEC));
#elif defined(__OpenBSD__) || defined(__NetBSD__)
  return C_MIO_RESULT(kqueue1(O_CLOEXEC));
#elif defined(C_MIO_LIBKQUEUE)
  return C_MIO_RESULT(kqueue()); // libkqueue sets close-on-exec itself
#else
  int queue = kqueue();
  if (queue < 0) return -errno;
  int result = c_mio_descriptor_set_close_on_exec(queue);
  if (result == 0) return queue;
  close(queue);
  return result;
#endif
}

// kevent(2) counts records in ints, and on NetBSD in size_t.
#if defined(__NetBSD__)
#define COUNT(count) (count)
#else
#define COUNT(count) ((count) > INT_MAX ? INT_MAX : (int)(count))
#endif

static intptr_t call(int queue, const c_mio_kqueue_record *changes, size_t change_count,
                     c_mio_kqueue_record *records, size_t capacity, int64_t nanoseconds) {
  struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  return C_MIO_RESULT(kevent(queue, (const struct kevent *)changes, COUNT(change_count),
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

int64_t c_mio_kqueue_process(void) { return getpid(); }

#endif
