#define _GNU_SOURCE
#include "Capabilities.h"
#include "SystemSockets.h"

#if C_MIO_IS_POSIX

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Creating and adopting

static int prevent_sigpipe(int socket) {
#if defined(__APPLE__)
  int on = 1;
  return setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#else
  (void)socket; // MSG_NOSIGNAL with each send
  return 0;
#endif
}

// Completes a new socket, or closes it, so that a failure leaves no socket open.
static intptr_t finish(int socket) {
  if (socket < 0) return -errno;
#if HAS_ATOMIC_FLAGS
  if (prevent_sigpipe(socket) == 0) return socket;
#else
  if (c_mio_descriptor_set_flags(socket) == 0 && prevent_sigpipe(socket) == 0) return socket;
#endif
  int error = errno;
  close(socket);
  return -error;
}

#if HAS_ATOMIC_FLAGS
enum { NEW_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK };
#else
enum { NEW_FLAGS = 0 };
#endif

intptr_t c_mio_create_by_number(int32_t family, int32_t type, int32_t protocol) {
  return finish(socket(family, type | NEW_FLAGS, protocol));
}

intptr_t c_mio_create(c_mio_kind kind) {
  return c_mio_create_by_number(system_family(kind.family), system_type(kind.type), 0);
}

intptr_t c_mio_create_pair(uint32_t type, intptr_t *first, intptr_t *second) {
  int both[2];
  if (socketpair(AF_UNIX, system_type(type) | NEW_FLAGS, 0, both) < 0) return -errno;
  *first = finish(both[0]);
  *second = finish(both[1]);
  if (*first >= 0 && *second >= 0) return 0;
  if (*first >= 0) close((int)*first);
  if (*second >= 0) close((int)*second);
  return *first < 0 ? *first : *second;
}

// An adopted socket may already be shut down. XNU then accepts no option and returns EINVAL
// (sosetoptlock). That is no reason to refuse the socket: each send also has MSG_NOSIGNAL.
static int prevent_sigpipe_if_alive(int socket) {
  int result = prevent_sigpipe(socket);
#if C_MIO_IS_LIKE_APPLE && !defined(__APPLE__)
  struct pollfd entry = {.fd = socket};
  struct timespec now = {0};
  if (ppoll(&entry, 1, &now, NULL) == 1 && entry.revents & POLLERR) {
    errno = EINVAL;
    result = -1;
  }
#endif
  return result == 0 || errno == EINVAL ? 0 : -1;
}

intptr_t c_mio_adopt(intptr_t socket) {
  return c_mio_descriptor_set_flags((int)socket) < 0 || prevent_sigpipe_if_alive((int)socket) < 0 ? -errno : 0;
}

static intptr_t get_type(intptr_t socket, int *type) {
  if (!c_mio_is_descriptor(socket)) return -EBADF;
  socklen_t length = sizeof *type;
  return C_MIO_RESULT(getsockopt((int)socket, SOL_SOCKET, SO_TYPE, type, &length));
}

intptr_t c_mio_check_socket(intptr_t socket) {
  int type;
  return get_type(socket, &type);
}

intptr_t c_mio_get_kind(intptr_t socket, c_mio_kind *kind) {
  int type = 0;
  intptr_t checked = get_type(socket, &type);
  if (checked < 0) return checked;
  c_mio_name name;
  intptr_t result = c_mio_local_name(socket, &name);
  if (result < 0) return result;
  struct sockaddr any;
  memcpy(&any, name.words, sizeof any);
  *kind = kind_of(any.sa_family, type);
  return 0;
}

intptr_t c_mio_open_reserve(void) {
  int result;
  do {
    result = open("/dev/null", O_RDONLY | O_CLOEXEC);
  } while (result < 0 && errno == EINTR);
  return C_MIO_RESULT(result);
}

intptr_t c_mio_reopen(intptr_t descriptor) {
  if (!c_mio_is_descriptor(descriptor)) return -EBADF;
  int flags = fcntl((int)descriptor, F_GETFL);
  if (flags < 0) return -errno;
#if C_MIO_IS_LINUX
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", (int)descriptor);
  int result;
  do {
    int kept = flags & (O_ACCMODE | O_APPEND);
    result = open(name, kept | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  // A new file description starts at the beginning of the file. Pipes and terminals have no position.
  off_t position = lseek((int)descriptor, 0, SEEK_CUR);
  if (position <= 0 || lseek(result, position, SEEK_SET) == position) return result;
  int error = errno;
  close(result);
  return -error;
#else
  return -EOPNOTSUPP;
#endif
}

intptr_t c_mio_close(intptr_t descriptor) {
  return c_mio_is_descriptor(descriptor) ? c_mio_descriptor_close((int)descriptor) : -EBADF;
}

// Naming and connecting

intptr_t c_mio_duplicate(intptr_t descriptor) {
  if (!c_mio_is_descriptor(descriptor)) return -EBADF;
  return C_MIO_RESULT(fcntl((int)descriptor, F_DUPFD_CLOEXEC, 0));
}

intptr_t c_mio_allow_rebinding(intptr_t socket) {
  int on = 1;
  return C_MIO_RESULT(setsockopt((int)socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
}

intptr_t c_mio_exclude_others(intptr_t socket) {
  (void)socket;
  return 0;
}

// bind(2) of the BSDs creates the name of a Unix socket in the file system, and a signal may
// interrupt that.
intptr_t c_mio_bind(intptr_t socket, const c_mio_name *name) {
  int result;
  do {
    result = bind((int)socket, (const struct sockaddr *)name->words, name->length);
  } while (result < 0 && errno == EINTR);
  return C_MIO_RESULT(result);
}

intptr_t c_mio_listen(intptr_t socket, int32_t backlog) {
  return C_MIO_RESULT(listen((int)socket, backlog));
}

static int connect_once(intptr_t socket, const c_mio_name *name) {
  return connect((int)socket, (const struct sockaddr *)name->words, name->length);
}

static int is_unix(const c_mio_name *name) {
  struct sockaddr any;
  memcpy(&any, name->words, sizeof any);
  return any.sa_family == AF_UNIX;
}

// A connect that a signal interrupts continues asynchronously: POSIX, connect(), EINTR. The connect
// of a Unix socket completes or fails at once. The loop therefore retries it, and EISCONN means
// that the interrupted call has connected the socket.
intptr_t c_mio_connect(intptr_t socket, const c_mio_name *name) {
  if (connect_once(socket, name) == 0) return 0;
  if (errno == EINTR && is_unix(name)) {
    int result;
    do {
      result = connect_once(socket, name);
    } while (result < 0 && errno == EINTR);
    return result == 0 || errno == EISCONN ? 0 : -errno;
  }
  return errno == EINPROGRESS || errno == EINTR ? 0 : -errno;
}

intptr_t c_mio_disconnect(intptr_t socket) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  if (connect((int)socket, &none, sizeof none) == 0) return 0;
  intptr_t error = -errno;
  // Apple's systems and the BSDs remove the peer before they report that there is no new peer.
  c_mio_name peer;
  return c_mio_peer_name(socket, &peer) == -ENOTCONN ? 0 : error;
}

#if HAS_ATOMIC_FLAGS

static intptr_t accept_one(int listener, struct sockaddr *address, socklen_t *length) {
  return C_MIO_RESULT(accept4(listener, address, length, NEW_FLAGS));
}

#else

// XNU has two more ways to report that a connection failed while it waited. Either it returns no
// address, or it returns EINVAL for every option. In the second case the connection is usable:
// there may be data left to read, and the connection has inherited the options of the listener.
static intptr_t accept_one(int listener, struct sockaddr *address, socklen_t *length) {
  int accepted = accept(listener, address, length);
  if (accepted < 0) return -errno;
  int is_alive = !length || *length > 0;
  if (is_alive && c_mio_descriptor_set_flags(accepted) == 0 &&
      (prevent_sigpipe(accepted) == 0 || errno == EINVAL))
    return accepted;
  int error = is_alive ? errno : ECONNABORTED;
  close(accepted);
  return -error;
}

#endif

static struct sockaddr *room(c_mio_name *name, socklen_t *length) {
  memset(name, 0, sizeof *name);
  *length = sizeof name->words;
  return (struct sockaddr *)name->words;
}

intptr_t c_mio_accept(intptr_t listener, c_mio_name *peer) {
  if (!peer) return accept_one((int)listener, NULL, NULL);
  socklen_t length;
  struct sockaddr *address = room(peer, &length);
  intptr_t accepted = accept_one((int)listener, address, &length);
  peer->length = length;
  return accepted;
}

intptr_t c_mio_local_name(intptr_t socket, c_mio_name *name) {
  socklen_t length;
  struct sockaddr *address = room(name, &length);
  if (getsockname((int)socket, address, &length) < 0) return -errno;
  name->length = length;
  return 0;
}

intptr_t c_mio_peer_name(intptr_t socket, c_mio_name *name) {
  socklen_t length;
  struct sockaddr *address = room(name, &length);
  if (getpeername((int)socket, address, &length) < 0)
#if defined(__APPLE__)
    // Apple's systems return EINVAL for a socket that is shut down for reading and writing.
    return errno == EINVAL ? -ENOTCONN : -errno;
#else
    return -errno;
#endif
  name->length = length;
  return 0;
}

intptr_t c_mio_shutdown(intptr_t socket, int32_t directions) {
  static const int how[] = {SHUT_RD, SHUT_WR, SHUT_RDWR};
  return C_MIO_RESULT(shutdown((int)socket, how[directions]));
}

static int defers_connect(int socket) {
#if C_MIO_IS_LINUX
  enum { FASTOPEN_CONNECT = 30 }; // TCP_FASTOPEN_CONNECT: older headers do not have it
  int on = 0;
  socklen_t length = sizeof on;
  return getsockopt(socket, IPPROTO_TCP, FASTOPEN_CONNECT, &on, &length) == 0 && on;
#else
  (void)socket;
  return 0;
#endif
}

intptr_t c_mio_connect_state(intptr_t socket) {
  struct pollfd entry = {.fd = (int)socket, .events = POLLOUT};
  int result;
  do {
    result = poll(&entry, 1, 0);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  if (result == 0) return C_MIO_CONNECT_PENDING;
  // poll(2) also reports POLLHUP for a socket that was never connected, or whose connect failed.
  return entry.revents == POLLOUT && defers_connect((int)socket) ? C_MIO_CONNECT_DEFERRED
                                                                 : C_MIO_CONNECT_OVER;
}

int c_mio_lacks_port(intptr_t socket) {
  struct sockaddr_storage name;
  socklen_t length = sizeof name;
  if (getsockname((int)socket, (struct sockaddr *)&name, &length) < 0) return 0;
  if (name.ss_family == AF_INET) return ((struct sockaddr_in *)&name)->sin_port == 0;
  return name.ss_family == AF_INET6 && ((struct sockaddr_in6 *)&name)->sin6_port == 0;
}

#endif
