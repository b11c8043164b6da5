// The epoll and the eventfd of Linux, in a form that Swift can import. There is no policy here:
// each function makes one system call and returns its result, or -errno. The wrappers are inline,
// so Swift calls the system's function directly.
#ifndef C_MIO_EPOLL_H
#define C_MIO_EPOLL_H

#include <stdint.h>

// struct epoll_event without its union, which strict memory safety treats as unsafe. It is packed
// on x86-64 only, as in the kernel.
typedef struct c_mio_epoll_event {
  uint32_t events;
  uint64_t data;
}
#if defined(__x86_64__)
__attribute__((packed))
#endif
c_mio_epoll_event;

// The kernel's constants as plain unsigned numbers, because the type of EPOLLET differs by C
// library.
static const uint32_t C_MIO_EPOLLIN = 0x001;
static const uint32_t C_MIO_EPOLLPRI = 0x002;
static const uint32_t C_MIO_EPOLLOUT = 0x004;
static const uint32_t C_MIO_EPOLLRDHUP = 0x2000;
static const uint32_t C_MIO_EPOLLEXCLUSIVE = 1u << 28; // Linux 4.5
static const uint32_t C_MIO_EPOLLONESHOT = 1u << 30;
static const uint32_t C_MIO_EPOLLET = 1u << 31;

static const int32_t C_MIO_EPOLL_CTL_ADD = 1;
static const int32_t C_MIO_EPOLL_CTL_MOD = 3;

#if defined(__linux__)

#include "CMioSystemCalls.h"
#include <fcntl.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

_Static_assert(sizeof(c_mio_epoll_event) == sizeof(struct epoll_event), "size of epoll_event");
_Static_assert(offsetof(c_mio_epoll_event, events) == offsetof(struct epoll_event, events) &&
                   offsetof(c_mio_epoll_event, data) == offsetof(struct epoll_event, data),
               "layout of epoll_event");
_Static_assert(EPOLLIN == 0x001 && EPOLLPRI == 0x002 && EPOLLOUT == 0x004 && EPOLLERR == 0x008 &&
                   EPOLLHUP == 0x010 && EPOLLRDHUP == 0x2000 &&
                   (uint32_t)EPOLLEXCLUSIVE == 1u << 28 && (uint32_t)EPOLLONESHOT == 1u << 30 && (uint32_t)EPOLLET == 1u << 31,
               "epoll's event bits");
_Static_assert(EPOLL_CTL_ADD == 1 && EPOLL_CTL_DEL == 2 && EPOLL_CTL_MOD == 3,
               "epoll's operations");

// epoll_create1(2), close-on-exec.
static inline int c_mio_epoll_create(void) { return C_MIO_RESULT(epoll_create1(EPOLL_CLOEXEC)); }

// epoll_ctl(2).
static inline int c_mio_epoll_control(int queue, int operation, int descriptor, uint32_t events,
                                      uint64_t data) {
  c_mio_epoll_event event = {events, data};
  return (int)C_MIO_CALL(epoll_ctl, queue, operation, descriptor, (struct epoll_event *)&event);
}

// epoll_ctl(2) with EPOLL_CTL_DEL, which takes no record since Linux 2.6.9.
static inline int c_mio_epoll_remove(int queue, int descriptor) {
  return (int)C_MIO_CALL(epoll_ctl, queue, EPOLL_CTL_DEL, descriptor, NULL);
}

// epoll_wait(2), or epoll_pwait(2) without a signal mask on architectures that do not have
// epoll_wait. Returns the number of records that were written. A negative timeout waits without a
// limit.
static inline intptr_t c_mio_epoll_wait(int queue, c_mio_epoll_event *events, int capacity,
                                        int milliseconds) {
#if defined(SYS_epoll_wait)
  return C_MIO_CALL(epoll_wait, queue, (struct epoll_event *)events, capacity, milliseconds);
#else
  return C_MIO_CALL(epoll_pwait, queue, (struct epoll_event *)events, capacity, milliseconds,
                    NULL);
#endif
}

// epoll_pwait2(2) without a signal mask. Returns -ENOSYS before Linux 5.11.
intptr_t c_mio_epoll_wait_precisely(int queue, c_mio_epoll_event *events, int capacity,
                                    int64_t nanoseconds);

// eventfd(2), close-on-exec and non-blocking.
static inline int c_mio_eventfd_create(void) {
  return C_MIO_RESULT(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

// Adds one to the counter of an eventfd. Returns -EAGAIN if the counter is full.
static inline int c_mio_eventfd_add(int descriptor) {
  uint64_t one = 1;
  return (int)C_MIO_CALL(write, descriptor, &one, sizeof one);
}

// Sets the counter of an eventfd to zero. Returns -EAGAIN if it is already zero.
static inline int c_mio_eventfd_reset(int descriptor) {
  uint64_t count;
  return C_MIO_RESULT(read(descriptor, &count, sizeof count));
}

#endif

#endif
