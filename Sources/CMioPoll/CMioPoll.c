#define _GNU_SOURCE
#include "CMioPoll.h"

#if defined(__unix__) || defined(__APPLE__)

#include "CMioDescriptor.h"
#include <poll.h>
#include <sys/stat.h>
#include <time.h>

#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

#if defined(__linux__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
#define HAS_PPOLL 1
#if defined(__NetBSD__)
#define ppoll pollts
#endif
#endif

_Static_assert(sizeof(c_mio_poll_entry) == sizeof(struct pollfd) &&
                   offsetof(c_mio_poll_entry, descriptor) == offsetof(struct pollfd, fd) &&
                   offsetof(c_mio_poll_entry, asked) == offsetof(struct pollfd, events) &&
                   offsetof(c_mio_poll_entry, found) == offsetof(struct pollfd, revents),
               "layout of pollfd");

// Event bits

#if defined(POLLRDHUP)
enum { READ_CLOSED = POLLRDHUP };
#else
enum { READ_CLOSED = 0 };
#endif

// Whether the system's bits are equal to ours, as on Linux. In this case no translation is needed.
#define IS_CANONICAL                                                                       \
  (POLLIN == 0x1 && POLLPRI == 0x2 && POLLOUT == 0x4 && POLLERR == 0x8 && POLLHUP == 0x10 && \
   POLLNVAL == 0x20 && READ_CLOSED == 0x2000)

static short to_system(uint16_t bits) {
  return (short)((bits & C_MIO_POLL_READABLE ? POLLIN : 0) |
                 (bits & C_MIO_POLL_PRIORITY ? POLLPRI : 0) |
                 (bits & C_MIO_POLL_WRITABLE ? POLLOUT : 0) |
                 (bits & C_MIO_POLL_READ_CLOSED ? READ_CLOSED : 0));
}

static uint16_t from_system(short bits) {
  return (uint16_t)((bits & POLLIN ? C_MIO_POLL_READABLE : 0) |
                    (bits & POLLPRI ? C_MIO_POLL_PRIORITY : 0) |
                    (bits & POLLOUT ? C_MIO_POLL_WRITABLE : 0) |
                    (bits & POLLERR ? C_MIO_POLL_ERROR : 0) |
                    (bits & POLLHUP ? C_MIO_POLL_HANG_UP : 0) |
                    (bits & POLLNVAL ? C_MIO_POLL_INVALID : 0) |
                    (bits & READ_CLOSED ? C_MIO_POLL_READ_CLOSED : 0));
}

static int wait_once(struct pollfd *entries, size_t count, int64_t nanoseconds) {
#if defined(HAS_PPOLL)
  struct timespec time = {(time_t)(nanoseconds / 1000000000), nanoseconds % 1000000000};
  return ppoll(entries, (nfds_t)count, nanoseconds < 0 ? NULL : &time, NULL);
#else
  int64_t milliseconds = nanoseconds < 0 ? -1 : nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
  return poll(entries, (nfds_t)count, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
#endif
}

intptr_t c_mio_poll(c_mio_poll_entry *entries, size_t count, int64_t nanoseconds) {
  struct pollfd *system = (struct pollfd *)entries;
  if (!IS_CANONICAL)
    for (size_t i = 0; i < count; i++) system[i].events = to_system(entries[i].asked);
  intptr_t result = C_MIO_RESULT(wait_once(system, count, nanoseconds));
  if (!IS_CANONICAL)
    for (size_t i = 0; i < count; i++) entries[i].found = from_system(system[i].revents);
  return result;
}

// The witness

int c_mio_poll_witness_create(void) {
#if defined(__linux__)
  int witness = epoll_create1(EPOLL_CLOEXEC);
  if (witness >= 0) return witness;
  // A sandbox may permit poll(2) only.
  return errno == EPERM || errno == ENOSYS ? C_MIO_POLL_NO_WITNESS : -errno;
#else
  return C_MIO_POLL_NO_WITNESS;
#endif
}

static int identify_by_status(int descriptor, c_mio_poll_identity *identity) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return -errno;
  identity->device = (uint64_t)status.st_dev;
  identity->file = (uint64_t)status.st_ino;
  identity->is_new = 0;
  return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ? -EPERM : 0;
}

#if defined(__linux__)
// epoll_ctl(2), which searches for the number together with the open file. Returns 0 or the error.
static int ask(int witness, int operation, int descriptor) {
  struct epoll_event nothing = {0};
  return epoll_ctl(witness, operation, descriptor, &nothing) < 0 ? errno : 0;
}
#endif

int c_mio_poll_enlist(int witness, int descriptor, c_mio_poll_identity *identity) {
#if defined(__linux__)
  if (witness >= 0) {
    int error = ask(witness, EPOLL_CTL_ADD, descriptor);
    *identity = (c_mio_poll_identity){.is_new = error == 0};
    return error == EEXIST ? 0 : -error;
  }
#endif
  (void)witness;
  return identify_by_status(descriptor, identity);
}

int c_mio_poll_recognize(int witness, int descriptor, c_mio_poll_identity *identity) {
#if defined(__linux__)
  if (witness >= 0) {
    int error = ask(witness, EPOLL_CTL_MOD, descriptor);
    *identity = (c_mio_poll_identity){.is_new = error == ENOENT};
    return error == ENOENT ? 0 : -error;
  }
#endif
  (void)witness;
  return identify_by_status(descriptor, identity);
}

int c_mio_poll_strike(int witness, int descriptor) {
#if defined(__linux__)
  if (witness >= 0) return -ask(witness, EPOLL_CTL_DEL, descriptor);
#endif
  (void)witness;
  (void)descriptor;
  return 0;
}

// The notifier

int c_mio_poll_notifier_create(int ends[2]) {
#if defined(__linux__)
  int counter = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (counter < 0) return -errno;
  ends[0] = ends[1] = counter;
  return 0;
#else
  return c_mio_descriptor_create_pipe(ends);
#endif
}

int c_mio_poll_notify(int end) {
  uint64_t one = 1;
  ssize_t result;
  do {
    result = write(end, &one, sizeof one);
  } while (result < 0 && errno == EINTR);
  return result < 0 && errno != EAGAIN ? -errno : 0;
}

#endif
