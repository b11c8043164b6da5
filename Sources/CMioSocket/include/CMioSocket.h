// Sockets, as Swift can use them on every system. No policy: a function makes the system call that its
// comment names, and what must go with it to be the same on all systems, and returns its result or the
// negated error code. Descriptors are words, so that a Windows SOCKET fits.
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

#include "CMioSystemCalls.h"
#include <sys/socket.h>

// What Apple's systems need is done on any system for C_MIO_USE_FALLBACKS, so that tests on one cover it:
// scripts/test-fallbacks.
#if defined(__APPLE__) || defined(C_MIO_USE_FALLBACKS)
#define C_MIO_IS_LIKE_APPLE 1
#else
#define C_MIO_IS_LIKE_APPLE 0
#endif

// Apple's systems did not have it always: SO_NOSIGPIPE is set as well there.
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

// Of so many bytes, those that one call asks for: Apple's systems refuse more than an int counts.
static inline size_t c_mio_limited(size_t count) {
  return C_MIO_IS_LIKE_APPLE && count > INT32_MAX ? INT32_MAX : count;
}

// recvfrom(2), without address: recv(2).
static inline intptr_t c_mio_receive(intptr_t socket, void *buffer, size_t count) {
  return C_MIO_CALL(recvfrom, (int)socket, buffer, c_mio_limited(count), 0, NULL, NULL);
}

// The same of a Unix socket. Descriptors that come with the bytes are closed.
#if C_MIO_IS_LIKE_APPLE
intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count);
#else
static inline intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count) {
  return c_mio_receive(socket, buffer, count);
}
#endif

// The same with MSG_PEEK.
static inline intptr_t c_mio_peek(intptr_t socket, void *buffer, size_t count) {
  return C_MIO_CALL(recvfrom, (int)socket, buffer, c_mio_limited(count), MSG_PEEK, NULL, NULL);
}

// sendto(2), without address: send(2). Raises no SIGPIPE.
static inline intptr_t c_mio_send(intptr_t socket, const void *buffer, size_t count) {
  return C_MIO_CALL(sendto, (int)socket, buffer, c_mio_limited(count), MSG_NOSIGNAL, NULL, 0);
}

#elif C_MIO_HAS_WINSOCK

// recv and send, of Winsock.
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

// sendfile(2): so many bytes of a file from an offset on, to a stream. Zero at the end of the file. Raises no
// SIGPIPE. -EOPNOTSUPP where the system has no such call.
intptr_t c_mio_send_file(intptr_t socket, intptr_t file, int64_t offset, size_t count);

// Whether a word can be a descriptor at all: what is cut to one would be another.
static inline int c_mio_is_descriptor(intptr_t word) {
  return word >= 0 && (C_MIO_HAS_WINSOCK || word <= INT32_MAX);
}

// What kind of socket a descriptor is.
typedef struct c_mio_kind {
  uint32_t family;
  uint32_t type;
} c_mio_kind;

// socket(2): close-on-exec, non-blocking, free of SIGPIPE. A descriptor.
intptr_t c_mio_create(c_mio_kind kind);
intptr_t c_mio_create_by_number(int32_t family, int32_t type, int32_t protocol);

// socketpair(2), of Unix sockets: likewise.
intptr_t c_mio_create_pair(uint32_t type, intptr_t *first, intptr_t *second);

// getsockopt(2), SO_TYPE: zero for a socket.
intptr_t c_mio_check_socket(intptr_t socket);

// getsockopt(2), SO_TYPE, and getsockname(2).
intptr_t c_mio_get_kind(intptr_t socket, c_mio_kind *kind);

// SO_REUSEADDR: a listener that is started again has its address although its last connections are not quite over.
// Nothing on Windows, where it would share the address with anybody.
intptr_t c_mio_allow_rebinding(intptr_t socket);

// SO_EXCLUSIVEADDRUSE on Windows, unless SO_REUSEADDR is on: nobody else can have the address. Nothing elsewhere, where
// it is so without.
intptr_t c_mio_exclude_others(intptr_t socket);

// bind(2).
intptr_t c_mio_bind(intptr_t socket, const c_mio_name *name);

// lstat(2) and unlink(2): removes the file of a Unix socket. -EADDRINUSE for a file that is none.
intptr_t c_mio_remove_socket_file(const c_mio_name *name);

// listen(2).
intptr_t c_mio_listen(intptr_t socket, int32_t backlog);

// connect(2). Zero also when the connection is under way.
intptr_t c_mio_connect(intptr_t socket, const c_mio_name *name);

// connect(2) to no family: the socket receives from everybody again.
intptr_t c_mio_disconnect(intptr_t socket);

// accept4(2), or accept(2) and what is missing then: close-on-exec, non-blocking, free of SIGPIPE.
// The peer's name is stored, and asked for, only if there is a place for it. A descriptor.
intptr_t c_mio_accept(intptr_t listener, c_mio_name *peer);

// getsockname(2), getpeername(2).
intptr_t c_mio_local_name(intptr_t socket, c_mio_name *name);
intptr_t c_mio_peer_name(intptr_t socket, c_mio_name *name);

// SO_PEERCRED, or getpeereid(3) and what tells the process: who the peer of a Unix socket was when it
// connected.
intptr_t c_mio_peer_credentials(intptr_t socket, c_mio_credentials *credentials);

// shutdown(2): 0 reading, 1 writing, 2 both.
intptr_t c_mio_shutdown(intptr_t socket, int32_t directions);

// getsockname(2): whether it is a socket of an IP family that has no port.
int c_mio_lacks_port(intptr_t socket);

// poll(2) for writing, with a zero timeout: what has become of a connect, of which getpeername(2) knows nothing.
static const intptr_t C_MIO_CONNECT_PENDING = 0;
static const intptr_t C_MIO_CONNECT_OVER = 1;
// It waits for the first write, which goes with it: TCP_FASTOPEN_CONNECT, of Linux.
static const intptr_t C_MIO_CONNECT_DEFERRED = 2;
intptr_t c_mio_connect_state(intptr_t socket);

// Makes a socket from elsewhere close-on-exec, non-blocking and free of SIGPIPE.
intptr_t c_mio_adopt(intptr_t socket);

// fcntl(2): close-on-exec and non-blocking. Zero, or -1 with errno.
int c_mio_set_flags(int descriptor);

// open(2) of the null device, close-on-exec: a descriptor to hold in reserve.
intptr_t c_mio_open_reserve(void);

// open(2) of a descriptor's own name: another open file of the same, close-on-exec and non-blocking. A descriptor.
intptr_t c_mio_reopen(intptr_t descriptor);

// fcntl(2), F_DUPFD_CLOEXEC: a descriptor.
intptr_t c_mio_duplicate(intptr_t descriptor);

// close(2).
intptr_t c_mio_close(intptr_t descriptor);

#endif
