#define _GNU_SOURCE
#include "CMioEpoll.h"

#if defined(__linux__)

#include "CMioClock.h"
#include <sys/syscall.h>

// The call uses its number and the kernel's own record. Older C libraries do not have the function,
// and their timespec may have 32-bit fields on 32-bit systems.
enum { EPOLL_PWAIT2 = 441 };
#if defined(SYS_epoll_pwait2)
_Static_assert(SYS_epoll_pwait2 == EPOLL_PWAIT2, "epoll_pwait2 has one number on all architectures but Alpha");
#endif

intptr_t c_mio_epoll_wait_precisely(int queue, c_mio_epoll_event *events, int capacity,
                                    int64_t nanoseconds) {
  struct {
    int64_t seconds;
    int64_t nanoseconds;
  } timeout = {nanoseconds / C_MIO_NANOSECONDS_PER_SECOND, nanoseconds % C_MIO_NANOSECONDS_PER_SECOND};
  return C_MIO_RESULT(syscall(EPOLL_PWAIT2, queue, events, capacity, &timeout, NULL, (size_t)0));
}

#endif
