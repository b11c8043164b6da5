#define _GNU_SOURCE
#include "CFaultInjection.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static _Thread_local int is_counting;
static _Thread_local int32_t made;
static _Thread_local int32_t failing;
static _Thread_local int32_t failing_times;
static _Thread_local int32_t failing_code;
static _Thread_local const char *failed = "";
static _Thread_local const char *only;
static _Thread_local const char *raising;
static _Thread_local int32_t raised;
static _Thread_local socklen_t option_limit;

void c_fault_begin(int32_t skip, int32_t code) {
  is_counting = 1;
  only = NULL;
  made = 0;
  failing = skip;
  failing_times = 1;
  failing_code = code;
  failed = "";
}

void c_fault_begin_function(const char *function, int32_t code, int32_t times) {
  c_fault_begin(0, code);
  failing_times = times;
  only = function;
}

void c_fault_raise(const char *function, int32_t signal) {
  raising = function;
  raised = signal;
}

void c_fault_shorten_options(uint32_t size) { option_limit = size; }

int32_t c_fault_end(void) {
  is_counting = 0;
  raising = NULL;
  option_limit = 0;
  return made;
}

const char *c_fault_function(void) { return failed; }

static int fails(const char *name) {
  if (!is_counting || (only && strcmp(only, name) != 0)) return 0;
  int32_t call = made++;
  if (failing < 0 || call < failing || call - failing >= failing_times) return 0;
  failed = name;
  errno = failing_code;
  return 1;
}

static void raise_signal(const char *name) {
  if (!raising || strcmp(raising, name) != 0) return;
  raising = NULL;
  raise(raised);
}

static socklen_t *shortened(socklen_t *size) {
  if (option_limit != 0 && *size > option_limit) *size = option_limit;
  return size;
}

// The function is looked up at each call, because the tests that use it do not measure time.
#define PASS_ON(name, parameters, arguments)            \
  int name parameters {                                 \
    if (fails(#name)) return -1;                        \
    int(*next) parameters = dlsym(RTLD_NEXT, #name);    \
    return next arguments;                              \
  }

PASS_ON(socket, (int domain, int type, int protocol), (domain, type, protocol))
PASS_ON(bind, (int s, const struct sockaddr *a, socklen_t n), (s, a, n))
PASS_ON(listen, (int s, int backlog), (s, backlog))
PASS_ON(connect, (int s, const struct sockaddr *a, socklen_t n), (s, a, n))
PASS_ON(accept, (int s, struct sockaddr *a, socklen_t *n), (s, a, n))
PASS_ON(accept4, (int s, struct sockaddr *a, socklen_t *n, int flags), (s, a, n, flags))
PASS_ON(shutdown, (int s, int how), (s, how))
PASS_ON(getsockname, (int s, struct sockaddr *a, socklen_t *n), (s, a, n))
PASS_ON(getpeername, (int s, struct sockaddr *a, socklen_t *n), (s, a, n))
PASS_ON(getsockopt, (int s, int level, int name, void *v, socklen_t *n), (s, level, name, v, shortened(n)))
PASS_ON(setsockopt, (int s, int level, int name, const void *v, socklen_t n), (s, level, name, v, n))
PASS_ON(socketpair, (int domain, int type, int protocol, int ends[2]), (domain, type, protocol, ends))
PASS_ON(pipe, (int ends[2]), (ends))
PASS_ON(pipe2, (int ends[2], int flags), (ends, flags))
PASS_ON(epoll_create1, (int flags), (flags))
PASS_ON(unlink, (const char *path), (path))
PASS_ON(fstat, (int descriptor, struct stat *status), (descriptor, status))
PASS_ON(poll, (struct pollfd *entries, nfds_t count, int timeout), (entries, count, timeout))
// The declarations here are not variadic. A third argument that the caller omits is passed on
// unread.
PASS_ON(fcntl, (int descriptor, int command, long argument), (descriptor, command, argument))
PASS_ON(open, (const char *path, int flags, unsigned mode), (path, flags, mode))

#define PASS_ON_COUNT(name, parameters, arguments)      \
  ssize_t name parameters {                             \
    if (fails(#name)) return -1;                        \
    ssize_t(*next) parameters = dlsym(RTLD_NEXT, #name); \
    raise_signal(#name);                                \
    return next arguments;                              \
  }

PASS_ON_COUNT(recvmsg, (int s, struct msghdr *message, int flags), (s, message, flags))
PASS_ON(recvmmsg,
        (int s, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout),
        (s, messages, count, flags, timeout))
PASS_ON_COUNT(sendfile, (int socket, int file, off_t *offset, size_t count), (socket, file, offset, count))
PASS_ON_COUNT(pwritev2, (int d, const struct iovec *v, int n, off_t offset, int flags),
              (d, v, n, offset, flags))
