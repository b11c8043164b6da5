#define _GNU_SOURCE
#include "Capabilities.h"
#include "SystemSockets.h"

#if C_MIO_IS_POSIX

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

// Creating and taking over

int c_mio_set_flags(int socket) {
  int flags = fcntl(socket, F_GETFD);
  if (flags < 0 || fcntl(socket, F_SETFD, flags | FD_CLOEXEC) < 0) return -1;
  flags = fcntl(socket, F_GETFL);
  if (flags < 0) return -1;
  return flags & O_NONBLOCK ? 0 : fcntl(socket, F_SETFL, flags | O_NONBLOCK);
}

static int prevent_sigpipe(int socket) {
#if defined(__APPLE__)
  int on = 1;
  return setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#else
  (void)socket; // MSG_NOSIGNAL with each send
  return 0;
#endif
}

// Finishes a new socket, or closes it: what fails halfway leaves nothing open.
static intptr_t finish(int socket) {
  if (socket < 0) return -errno;
#if HAS_ATOMIC_FLAGS
  if (prevent_sigpipe(socket) == 0) return socket;
#else
  if (c_mio_set_flags(socket) == 0 && prevent_sigpipe(socket) == 0) return socket;
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

intptr_t c_mio_adopt(intptr_t socket) {
  return c_mio_set_flags((int)socket) < 0 || prevent_sigpipe((int)socket) < 0 ? -errno : 0;
}

intptr_t c_mio_get_kind(intptr_t socket, c_mio_kind *kind) {
  if (!c_mio_is_descriptor(socket)) return -EBADF;
  int type = 0;
  socklen_t length = sizeof type;
  if (getsockopt((int)socket, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -errno;
  c_mio_name name;
  intptr_t result = c_mio_local_name(socket, &name);
  if (result < 0) return result;
  struct sockaddr any;
  memcpy(&any, name.words, sizeof any);
  *kind = kind_of(any.sa_family, type);
  return 0;
}

intptr_t c_mio_open_reserve(void) {
  return C_MIO_RESULT(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

intptr_t c_mio_close(intptr_t descriptor) {
  return c_mio_is_descriptor(descriptor) ? C_MIO_RESULT(close((int)descriptor)) : -EBADF;
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

intptr_t c_mio_bind(intptr_t socket, const c_mio_name *name) {
  return C_MIO_RESULT(bind((int)socket, (const struct sockaddr *)name->words, name->length));
}

intptr_t c_mio_listen(intptr_t socket, int32_t backlog) {
  return C_MIO_RESULT(listen((int)socket, backlog));
}

intptr_t c_mio_connect(intptr_t socket, const c_mio_name *name) {
  if (connect((int)socket, (const struct sockaddr *)name->words, name->length) == 0) return 0;
  // A connect that a signal interrupts goes on by itself: POSIX, connect(), EINTR.
  return errno == EINPROGRESS || errno == EINTR ? 0 : -errno;
}

intptr_t c_mio_disconnect(intptr_t socket) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  if (connect((int)socket, &none, sizeof none) == 0) return 0;
  intptr_t error = -errno;
  // Apple's systems and the BSDs have taken the peer away before they find that there is no other.
  c_mio_name peer;
  return c_mio_peer_name(socket, &peer) == -ENOTCONN ? 0 : error;
}

#if HAS_ATOMIC_FLAGS

static intptr_t accept_one(int listener, struct sockaddr *address, socklen_t *length) {
  return C_MIO_RESULT(accept4(listener, address, length, NEW_FLAGS));
}

#else

// XNU has two ways of its own to tell that a connection died while it waited: no address, and EINVAL for
// whatever option is set. In the second case there may be data left, and what was set for the listener
// is inherited.
static intptr_t accept_one(int listener, struct sockaddr *address, socklen_t *length) {
  int accepted = accept(listener, address, length);
  if (accepted < 0) return -errno;
  int is_alive = !length || *length > 0;
  if (is_alive && c_mio_set_flags(accepted) == 0 &&
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
    // What can neither send nor receive any more has an error of its own there.
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

intptr_t c_mio_is_writable(intptr_t socket) {
  struct pollfd entry = {.fd = (int)socket, .events = POLLOUT};
  int result;
  do {
    result = poll(&entry, 1, 0);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

#endif
