#define _GNU_SOURCE
#include "CMioSocket.h"

#if defined(__unix__) || defined(__APPLE__)

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>
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
#if defined(SO_NOSIGPIPE)
  int on = 1;
  return setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#else
  (void)socket; // MSG_NOSIGNAL with each send
  return 0;
#endif
}

// Finishes a new socket, or closes it: what fails halfway leaves nothing open.
static intptr_t finish(int socket, int result) {
  if (socket < 0) return -errno;
  if (result < 0 || prevent_sigpipe(socket) < 0) {
    int error = errno;
    close(socket);
    return -error;
  }
  return socket;
}

static int domain(uint32_t family) {
  return family == C_MIO_FAMILY_V4 ? AF_INET : family == C_MIO_FAMILY_V6 ? AF_INET6 : AF_UNIX;
}

static int system_type(uint32_t type) {
  return type == C_MIO_TYPE_STREAM     ? SOCK_STREAM
         : type == C_MIO_TYPE_DATAGRAM ? SOCK_DGRAM
                                       : SOCK_SEQPACKET;
}

intptr_t c_mio_create_by_number(int32_t family, int32_t type, int32_t protocol) {
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
  return finish(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), 0);
#else
  int created = socket(family, type, protocol);
  return finish(created, created < 0 ? -1 : c_mio_set_flags(created));
#endif
}

intptr_t c_mio_create(c_mio_kind kind) {
  return c_mio_create_by_number(domain(kind.family), system_type(kind.type), 0);
}

intptr_t c_mio_create_pair(uint32_t type, intptr_t *first, intptr_t *second) {
  int both[2];
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
  int result = socketpair(AF_UNIX, system_type(type) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both);
  int flags[2] = {0, 0};
#else
  int result = socketpair(AF_UNIX, system_type(type), 0, both);
  int flags[2] = {result < 0 ? -1 : c_mio_set_flags(both[0]),
                  result < 0 ? -1 : c_mio_set_flags(both[1])};
#endif
  if (result < 0) return -errno;
  *first = finish(both[0], flags[0]);
  *second = finish(both[1], flags[1]);
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
  kind->type = type == SOCK_STREAM      ? C_MIO_TYPE_STREAM
               : type == SOCK_DGRAM     ? C_MIO_TYPE_DATAGRAM
               : type == SOCK_SEQPACKET ? C_MIO_TYPE_PACKET
                                        : C_MIO_TYPE_OTHER;
  kind->family = any.sa_family == AF_INET    ? C_MIO_FAMILY_V4
                 : any.sa_family == AF_INET6 ? C_MIO_FAMILY_V6
                 : any.sa_family == AF_UNIX  ? C_MIO_FAMILY_UNIX
                                             : C_MIO_FAMILY_OTHER;
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
  // Apple and the BSDs have done it when they say so.
  return errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL ? 0 : -errno;
}

static intptr_t accept_one(int listener, struct sockaddr *address, socklen_t *length) {
#if defined(__APPLE__)
  // Non-blocking is inherited from the listener, close-on-exec is not.
  int accepted = accept(listener, address, length);
  return finish(accepted, accepted < 0 ? -1 : c_mio_set_flags(accepted));
#else
  return finish(accept4(listener, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK), 0);
#endif
}

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
  if (getpeername((int)socket, address, &length) < 0) return -errno;
  name->length = length;
  return 0;
}

intptr_t c_mio_peer_credentials(intptr_t socket, c_mio_credentials *credentials) {
#if defined(__linux__)
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt((int)socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -errno;
  // What has no peer answers with nobody.
  if (peer.pid == 0 && peer.uid == (uid_t)-1) return -ENOTCONN;
  *credentials = (c_mio_credentials){peer.uid, peer.gid, peer.pid};
#else
  uid_t user;
  gid_t group;
  if (getpeereid((int)socket, &user, &group) < 0) return -errno;
  *credentials = (c_mio_credentials){user, group, 0};
#if defined(LOCAL_PEERPID)
  pid_t process = 0;
  socklen_t length = sizeof process;
  if (getsockopt((int)socket, SOL_LOCAL, LOCAL_PEERPID, &process, &length) == 0)
    credentials->process = process;
#endif
#endif
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
