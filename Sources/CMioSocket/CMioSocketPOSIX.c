#define _GNU_SOURCE
#include "CMioSocket.h"

#if defined(__unix__) || defined(__APPLE__)

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(c_mio_piece) == sizeof(struct iovec) &&
                   offsetof(c_mio_piece, base) == offsetof(struct iovec, iov_base) &&
                   offsetof(c_mio_piece, count) == offsetof(struct iovec, iov_len),
               "layout of iovec");

// Addresses

typedef union system_address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} system_address;

static socklen_t encode(const c_mio_address *address, system_address *out) {
  memset(out, 0, sizeof *out);
  if (address->family == 4) {
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons(address->port);
    out->v4.sin_addr.s_addr = htonl((uint32_t)address->low);
    return sizeof out->v4;
  }
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons(address->port);
  out->v6.sin6_flowinfo = htonl(address->flow_info);
  out->v6.sin6_scope_id = address->scope_id;
  for (int i = 0; i < 8; i++) {
    out->v6.sin6_addr.s6_addr[i] = (uint8_t)(address->high >> (56 - 8 * i));
    out->v6.sin6_addr.s6_addr[8 + i] = (uint8_t)(address->low >> (56 - 8 * i));
  }
  return sizeof out->v6;
}

// What the kernel says is believed only as far as its length goes.
static void decode(const system_address *address, socklen_t length, c_mio_address *out) {
  memset(out, 0, sizeof *out);
  if (length < offsetof(struct sockaddr, sa_family) + sizeof address->any.sa_family) return;
  if (address->any.sa_family == AF_INET && length >= sizeof address->v4) {
    out->family = 4;
    out->port = ntohs(address->v4.sin_port);
    out->low = ntohl(address->v4.sin_addr.s_addr);
  } else if (address->any.sa_family == AF_INET6 && length >= sizeof address->v6) {
    out->family = 6;
    out->port = ntohs(address->v6.sin6_port);
    out->flow_info = ntohl(address->v6.sin6_flowinfo);
    out->scope_id = address->v6.sin6_scope_id;
    for (int i = 0; i < 8; i++) {
      out->high = out->high << 8 | address->v6.sin6_addr.s6_addr[i];
      out->low = out->low << 8 | address->v6.sin6_addr.s6_addr[8 + i];
    }
  }
}

// Creating and taking over

static int set_flags(int socket) {
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

intptr_t c_mio_tcp_create(uint32_t family) {
  int domain = family == 4 ? AF_INET : AF_INET6;
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
  return finish(socket(domain, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), 0);
#else
  int created = socket(domain, SOCK_STREAM, 0);
  return finish(created, created < 0 ? -1 : set_flags(created));
#endif
}

intptr_t c_mio_adopt(intptr_t socket) {
  return set_flags((int)socket) < 0 || prevent_sigpipe((int)socket) < 0 ? -errno : 0;
}

intptr_t c_mio_is_tcp(intptr_t socket) {
  int type = 0;
  socklen_t length = sizeof type;
  if (getsockopt((int)socket, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -errno;
  system_address system;
  length = sizeof system;
  if (getsockname((int)socket, &system.any, &length) < 0) return -errno;
  int family = system.any.sa_family;
  return type == SOCK_STREAM && (family == AF_INET || family == AF_INET6);
}

intptr_t c_mio_open_reserve(void) {
  return C_MIO_RESULT(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

intptr_t c_mio_close(intptr_t descriptor) { return C_MIO_RESULT(close((int)descriptor)); }

// Naming and connecting

intptr_t c_mio_bind(intptr_t socket, const c_mio_address *address) {
  system_address system;
  socklen_t length = encode(address, &system);
  return C_MIO_RESULT(bind((int)socket, &system.any, length));
}

intptr_t c_mio_listen(intptr_t socket, int32_t backlog) {
  return C_MIO_RESULT(listen((int)socket, backlog));
}

intptr_t c_mio_connect(intptr_t socket, const c_mio_address *address) {
  system_address system;
  socklen_t length = encode(address, &system);
  if (connect((int)socket, &system.any, length) == 0) return 0;
  // A connect that a signal interrupts goes on by itself: POSIX, connect(), EINTR.
  return errno == EINPROGRESS || errno == EINTR ? 0 : -errno;
}

static intptr_t accept_one(int listener, struct sockaddr *address, socklen_t *length) {
#if defined(__APPLE__)
  // Non-blocking is inherited from the listener, close-on-exec is not.
  int accepted = accept(listener, address, length);
  return finish(accepted, accepted < 0 ? -1 : set_flags(accepted));
#else
  return finish(accept4(listener, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK), 0);
#endif
}

intptr_t c_mio_accept(intptr_t listener, c_mio_address *peer) {
  if (!peer) return accept_one((int)listener, NULL, NULL);
  system_address system;
  socklen_t length = sizeof system;
  intptr_t accepted = accept_one((int)listener, &system.any, &length);
  if (accepted >= 0) decode(&system, length < sizeof system ? length : sizeof system, peer);
  return accepted;
}

typedef int (*name_function)(int, struct sockaddr *, socklen_t *);

static intptr_t name(name_function function, intptr_t socket, c_mio_address *address) {
  system_address system;
  socklen_t length = sizeof system;
  if (function((int)socket, &system.any, &length) < 0) return -errno;
  decode(&system, length < sizeof system ? length : sizeof system, address);
  return 0;
}

intptr_t c_mio_local_address(intptr_t socket, c_mio_address *address) {
  return name(getsockname, socket, address);
}

intptr_t c_mio_peer_address(intptr_t socket, c_mio_address *address) {
  return name(getpeername, socket, address);
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

// Vectored input and output

intptr_t c_mio_receive_pieces(intptr_t socket, const c_mio_piece *pieces, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)pieces};
  message.msg_iovlen = count;
  return C_MIO_CALL(recvmsg, (int)socket, &message, 0);
}

intptr_t c_mio_send_pieces(intptr_t socket, const c_mio_piece *pieces, size_t count) {
  struct msghdr message = {.msg_iov = (struct iovec *)pieces};
  message.msg_iovlen = count;
  return C_MIO_CALL(sendmsg, (int)socket, &message, MSG_NOSIGNAL);
}

// Options

intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size) {
  if (option.name < 0) return -EOPNOTSUPP;
  socklen_t length = (socklen_t)size;
  if (getsockopt((int)socket, option.level, option.name, value, &length) < 0) return -errno;
  return (intptr_t)length;
}

intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size) {
  if (option.name < 0) return -EOPNOTSUPP;
  return C_MIO_RESULT(
      setsockopt((int)socket, option.level, option.name, value, (socklen_t)size));
}

#endif
