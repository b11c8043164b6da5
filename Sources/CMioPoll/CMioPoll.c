#define _GNU_SOURCE
#include "CMioPoll.h"

#if defined(__unix__) || defined(__APPLE__)

#include "CMioClock.h"
#include "CMioDescriptor.h"
#include <poll.h>
#include <sys/stat.h>

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

_Static_assert(POLLIN == 0x1 && POLLPRI == 0x2 && POLLOUT == 0x4 && POLLERR == 0x8 && POLLHUP == 0x10 &&
                   POLLNVAL == 0x20,
               "poll's event bits");

// The end of the peer's data has another bit on FreeBSD than on Linux, and none on other systems.
#if defined(POLLRDHUP)
#define READ_CLOSED POLLRDHUP
#else
#define READ_CLOSED 0
#endif

#if READ_CLOSED != 0x2000
#define MUST_TRANSLATE 1
static void replace(uint16_t *bits, uint16_t old, uint16_t new) {
  if (*bits & old) *bits = (uint16_t)((*bits & ~old) | new);
}
#endif

// Waiting

static int wait_once(struct pollfd *entries, size_t count, int64_t nanoseconds) {
#if defined(HAS_PPOLL)
  struct timespec time = {
      (time_t)(nanoseconds / C_MIO_NANOSECONDS_PER_SECOND), nanoseconds % C_MIO_NANOSECONDS_PER_SECOND};
  return ppoll(entries, (nfds_t)count, nanoseconds < 0 ? NULL : &time, NULL);
#else
  int64_t milliseconds = nanoseconds < 0 ? -1 : nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
  return poll(entries, (nfds_t)count, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
#endif
}

intptr_t c_mio_poll(c_mio_poll_entry *entries, size_t count, int64_t nanoseconds) {
#if defined(MUST_TRANSLATE)
  for (size_t i = 0; i < count; i++) replace(&entries[i].asked, C_MIO_POLL_READ_CLOSED, READ_CLOSED);
#endif
  intptr_t result = C_MIO_RESULT(wait_once((struct pollfd *)entries, count, nanoseconds));
#if defined(MUST_TRANSLATE)
  for (size_t i = 0; i < count; i++) replace(&entries[i].found, READ_CLOSED, C_MIO_POLL_READ_CLOSED);
#endif
  return result;
}

// The witness

int c_mio_poll_witness_create(void) {
#if defined(__linux__)
  int witness = C_MIO_RESULT(epoll_create1(EPOLL_CLOEXEC));
  // A sandbox may permit poll(2) only, and then returns this error or -EPERM.
  return witness == -ENOSYS ? C_MIO_POLL_NO_WITNESS : witness;
#else
  return C_MIO_POLL_NO_WITNESS;
#endif
}

static int identify_by_status(int descriptor, c_mio_poll_identity *identity) {
  struct stat status;
  int result = C_MIO_RESULT(fstat(descriptor, &status));
  if (result < 0) return result;
  *identity = (c_mio_poll_identity){.device = (uint64_t)status.st_dev, .file = (uint64_t)status.st_ino};
  return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) ? -EPERM : 0;
}

#if defined(__linux__)
// epoll_ctl(2), which searches for the number together with the open file.
static int ask(int witness, int operation, int descriptor) {
  struct epoll_event nothing = {};
  return C_MIO_RESULT(epoll_ctl(witness, operation, descriptor, &nothing));
}
#endif

int c_mio_poll_enlist(int witness, int descriptor, c_mio_poll_identity *identity) {
#if defined(__linux__)
  if (witness != C_MIO_POLL_NO_WITNESS) {
    int result = ask(witness, EPOLL_CTL_ADD, descriptor);
    *identity = (c_mio_poll_identity){.is_new = result == 0};
    return result == -EEXIST ? 0 : result;
  }
#endif
  (void)witness;
  return identify_by_status(descriptor, identity);
}

int c_mio_poll_recognize(int witness, int descriptor, c_mio_poll_identity *identity) {
#if defined(__linux__)
  if (witness != C_MIO_POLL_NO_WITNESS) {
    int result = ask(witness, EPOLL_CTL_MOD, descriptor);
    *identity = (c_mio_poll_identity){.is_new = result == -ENOENT};
    return result == -ENOENT ? 0 : result;
  }
#endif
  (void)witness;
  return identify_by_status(descriptor, identity);
}

int c_mio_poll_strike(int witness, int descriptor) {
#if defined(__linux__)
  if (witness != C_MIO_POLL_NO_WITNESS) return ask(witness, EPOLL_CTL_DEL, descriptor);
#endif
  (void)witness;
  (void)descriptor;
  return 0;
}

// The notifier

c_mio_poll_notifier c_mio_poll_notifier_create(void) {
#if defined(__linux__)
  int counter = C_MIO_RESULT(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return (c_mio_poll_notifier){counter, counter};
#else
  int ends[2];
  int result = c_mio_descriptor_create_pipe(ends);
  if (result < 0) return (c_mio_poll_notifier){result, result};
  return (c_mio_poll_notifier){ends[0], ends[1]};
#endif
}

int c_mio_poll_notify(int end) {
  uint64_t one = 1;
  int result;
  do {
    result = C_MIO_RESULT((int)write(end, &one, sizeof one));
  } while (result == -EINTR);
  return result == -EAGAIN ? 0 : result;
}

#endif
