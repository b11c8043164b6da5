// Sockets in a form that Swift can use on every system. A function contains no policy. It makes the
// system call that its comment names, and the calls that make the result the same on all systems.
// It returns the result or the negated error code. Descriptors are words, so that a SOCKET of
// Windows fits.
#ifndef C_MIO_SOCKET_H
#define C_MIO_SOCKET_H

#include "CMioControl.h"
#include "CMioInterface.h"
#include "CMioMessage.h"
#include "CMioName.h"
#include "CMioOption.h"
#include "CMioPipe.h"
#include "CMioTCPInfo.h"

#if C_MIO_IS_POSIX

#include "CMioDescriptor.h"
#include "CMioSystemCalls.h"
#include <sys/socket.h>

// Older Apple systems lack it. Sockets also have SO_NOSIGPIPE there.
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

// Limits the number of bytes that one call requests: Apple's systems refuse more than an int can
// count.
#if C_MIO_IS_LIKE_APPLE
static inline size_t c_mio_limited(size_t count) { return count > INT32_MAX ? INT32_MAX : count; }
#else
static inline size_t c_mio_limited(size_t count) { return count; }
#endif

// recvfrom(2) without an address: recv(2).
static inline intptr_t c_mio_receive(intptr_t socket, void *buffer, size_t count) {
  return C_MIO_CALL(recvfrom, (int)socket, buffer, c_mio_limited(count), 0, NULL, NULL);
}

// recv(2) from a Unix socket. Descriptors that come with the bytes are closed.
#if C_MIO_IS_LIKE_APPLE
intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count);
#else
static inline intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count) {
  return c_mio_receive(socket, buffer, count);
}
#endif

// recv(2) with MSG_PEEK.
static inline intptr_t c_mio_peek(intptr_t socket, void *buffer, size_t count) {
  return C_MIO_CALL(recvfrom, (int)socket, buffer, c_mio_limited(count), MSG_PEEK, NULL, NULL);
}

// sendto(2) without an address: send(2). It raises no SIGPIPE.
static inline intptr_t c_mio_send(intptr_t socket, const void *buffer, size_t count) {
  return C_MIO_CALL(sendto, (int)socket, buffer, c_mio_limited(count), MSG_NOSIGNAL, NULL, 0);
}

#elif C_MIO_HAS_WINSOCK

// recv and send of Winsock.
intptr_t c_mio_receive(intptr_t socket, void *buffer, size_t count);
intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count);
intptr_t c_mio_peek(intptr_t socket, void *buffer, size_t count);
intptr_t c_mio_send(intptr_t socket, const void *buffer, size_t count);

#endif

static const uint32_t C_MIO_FAMILY_OTHER = 0;
static const uint32_t C_MIO_FAMILY_UNIX = 1;
static const uint32_t C_MIO_FAMILY_V4 = 4;
static const uint32_t C_MIO_FAMILY_V6 = 6;

static const uint32_t C_MIO_TYPE_OTHER = 0;
static const uint32_t C_MIO_TYPE_STREAM = 1;
static const uint32_t C_MIO_TYPE_DATAGRAM = 2;
static const uint32_t C_MIO_TYPE_PACKET = 3; // SOCK_SEQPACKET

// sendfile(2): sends `count` bytes of a file from an offset to a stream. Returns 0 at the end of
// file. Raises no SIGPIPE. Returns -EOPNOTSUPP if the system has no such call.
intptr_t c_mio_send_file(intptr_t socket, intptr_t file, int64_t offset, size_t count);

// Returns whether a word can be a descriptor: truncated to an int it could be another descriptor.
static inline int c_mio_is_descriptor(intptr_t word) {
  return word >= 0 && (C_MIO_HAS_WINSOCK || word <= INT32_MAX);
}

// The family and the type of a socket.
typedef struct c_mio_kind {
  uint32_t family;
  uint32_t type;
} c_mio_kind;

// socket(2): returns a descriptor that is close-on-exec, non-blocking and free of SIGPIPE.
intptr_t c_mio_create(c_mio_kind kind);
intptr_t c_mio_create_by_number(int32_t family, int32_t type, int32_t protocol);

// socketpair(2) of Unix sockets, with the same properties.
intptr_t c_mio_create_pair(uint32_t type, intptr_t *first, intptr_t *second);

// getsockopt(2), SO_TYPE: returns 0 for a socket.
intptr_t c_mio_check_socket(intptr_t socket);

// getsockopt(2), SO_TYPE, and getsockname(2).
intptr_t c_mio_get_kind(intptr_t socket, c_mio_kind *kind);

// SO_REUSEADDR: a restarted listener can bind to its address while its last connections are still
// ending. It does nothing on Windows, where it would share the address with any other socket.
intptr_t c_mio_allow_rebinding(intptr_t socket);

// SO_EXCLUSIVEADDRUSE on Windows, unless SO_REUSEADDR is on: no other socket can bind to the
// address. It does nothing on other systems, where that is the default.
intptr_t c_mio_exclude_others(intptr_t socket);

// bind(2).
intptr_t c_mio_bind(intptr_t socket, const c_mio_name *name);

// lstat(2) and unlink(2): removes the file of a Unix socket. Returns -EADDRINUSE for any other
// file.
intptr_t c_mio_remove_socket_file(const c_mio_name *name);

// listen(2).
intptr_t c_mio_listen(intptr_t socket, int32_t backlog);

// connect(2). Also returns 0 if the connect is in progress.
intptr_t c_mio_connect(intptr_t socket, const c_mio_name *name);

// connect(2) to no family: the socket then receives from every sender.
intptr_t c_mio_disconnect(intptr_t socket);

// accept4(2), or accept(2) and the calls that replace its flags: returns a descriptor that is
// close-on-exec, non-blocking and free of SIGPIPE. It queries and stores the name of the peer only
// if `peer` is not NULL.
intptr_t c_mio_accept(intptr_t listener, c_mio_name *peer);

// getsockname(2), getpeername(2).
intptr_t c_mio_local_name(intptr_t socket, c_mio_name *name);
intptr_t c_mio_peer_name(intptr_t socket, c_mio_name *name);

// SO_PEERCRED, or getpeereid(3) and the query for the process: the credentials of the peer of a
// Unix socket when it connected.
intptr_t c_mio_peer_credentials(intptr_t socket, c_mio_credentials *credentials);

// shutdown(2): 0 for reading, 1 for writing, 2 for both.
intptr_t c_mio_shutdown(intptr_t socket, int32_t directions);

// getsockname(2): returns whether the socket is of an IP family and has no port.
int c_mio_lacks_port(intptr_t socket);

// poll(2) for writing with a zero timeout: returns the state of a connect if getpeername(2) reports
// no peer.
static const intptr_t C_MIO_CONNECT_PENDING = 0;
static const intptr_t C_MIO_CONNECT_OVER = 1;
// The connect waits for the first write, which carries it: TCP_FASTOPEN_CONNECT of Linux.
static const intptr_t C_MIO_CONNECT_DEFERRED = 2;
intptr_t c_mio_connect_state(intptr_t socket);

// Makes an existing socket close-on-exec, non-blocking and free of SIGPIPE.
intptr_t c_mio_adopt(intptr_t socket);

// open(2) of the null device, close-on-exec: returns a descriptor to hold in reserve.
intptr_t c_mio_open_reserve(void);

// open(2) of the name of a descriptor: returns a descriptor of another open file for the same file,
// which is close-on-exec and non-blocking.
intptr_t c_mio_reopen(intptr_t descriptor);

// fcntl(2), F_DUPFD_CLOEXEC: returns a descriptor.
intptr_t c_mio_duplicate(intptr_t descriptor);

// close(2).
intptr_t c_mio_close(intptr_t descriptor);

#endif
