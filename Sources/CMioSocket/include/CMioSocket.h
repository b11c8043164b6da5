// Sockets, as Swift can use them on every system. No policy: a function makes the system call that its
// comment names, and what must go with it to be the same on all systems, and returns its result or the
// negated error code. Descriptors are words, so that a Windows SOCKET fits.
#ifndef C_MIO_SOCKET_H
#define C_MIO_SOCKET_H

#include <stddef.h>
#include <stdint.h>

// An internet address and port, in host order. `family` is 4, 6, or 0 for none that is known.
typedef struct c_mio_address {
  uint32_t family;
  uint16_t port;
  uint32_t flow_info;
  uint32_t scope_id;
  uint64_t high; // IPv6: the first eight bytes
  uint64_t low;  // IPv6: the last eight bytes; IPv4: the address
} c_mio_address;

// A piece of memory, laid out like struct iovec, without a pointer.
typedef struct c_mio_piece {
  uintptr_t base;
  size_t count;
} c_mio_piece;

// Socket options: level and name, or a negative name where the system has no such option.
typedef struct c_mio_option {
  int32_t level;
  int32_t name;
} c_mio_option;

#if defined(__unix__) || defined(__APPLE__)

#include "CMioSystemCalls.h"
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 // Apple: SO_NOSIGPIPE instead
#endif

// recvfrom(2), without address: recv(2).
static inline intptr_t c_mio_receive(intptr_t socket, void *buffer, size_t count) {
  return C_MIO_CALL(recvfrom, (int)socket, buffer, count, 0, NULL, NULL);
}

// The same with MSG_PEEK.
static inline intptr_t c_mio_peek(intptr_t socket, void *buffer, size_t count) {
  return C_MIO_CALL(recvfrom, (int)socket, buffer, count, MSG_PEEK, NULL, NULL);
}

// sendto(2), without address: send(2). Raises no SIGPIPE.
static inline intptr_t c_mio_send(intptr_t socket, const void *buffer, size_t count) {
  return C_MIO_CALL(sendto, (int)socket, buffer, count, MSG_NOSIGNAL, NULL, 0);
}

#endif

// recvmsg(2) and sendmsg(2) without address and ancillary data; sending raises no SIGPIPE.
intptr_t c_mio_receive_pieces(intptr_t socket, const c_mio_piece *pieces, size_t count);
intptr_t c_mio_send_pieces(intptr_t socket, const c_mio_piece *pieces, size_t count);

// socket(2): a TCP socket of family 4 or 6, close-on-exec, non-blocking, free of SIGPIPE. A descriptor.
intptr_t c_mio_tcp_create(uint32_t family);

// bind(2).
intptr_t c_mio_bind(intptr_t socket, const c_mio_address *address);

// listen(2).
intptr_t c_mio_listen(intptr_t socket, int32_t backlog);

// connect(2). Zero also when the connection is under way.
intptr_t c_mio_connect(intptr_t socket, const c_mio_address *address);

// accept4(2), or accept(2) and what is missing then: close-on-exec, non-blocking, free of SIGPIPE.
// The peer's address is stored, and asked for, only if there is a place for it. A descriptor.
intptr_t c_mio_accept(intptr_t listener, c_mio_address *peer);

// getsockname(2), getpeername(2).
intptr_t c_mio_local_address(intptr_t socket, c_mio_address *address);
intptr_t c_mio_peer_address(intptr_t socket, c_mio_address *address);

// shutdown(2): 0 reading, 1 writing, 2 both.
intptr_t c_mio_shutdown(intptr_t socket, int32_t directions);

// poll(2) for writing, with a zero timeout: 1 if a write, or finding out that a connect failed, would
// not block.
intptr_t c_mio_is_writable(intptr_t socket);

// getsockopt(2), setsockopt(2). The first returns how many bytes were stored.
intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size);
intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size);

// Makes a socket from elsewhere close-on-exec, non-blocking and free of SIGPIPE.
intptr_t c_mio_adopt(intptr_t socket);

// Whether a descriptor is a stream socket of the internet's families: 1 or 0.
intptr_t c_mio_is_tcp(intptr_t socket);

// open(2) of the null device, close-on-exec: a descriptor to hold in reserve.
intptr_t c_mio_open_reserve(void);

// close(2).
intptr_t c_mio_close(intptr_t descriptor);

c_mio_option c_mio_option_error(void);          // SO_ERROR
c_mio_option c_mio_option_reuse_address(void);  // SO_REUSEADDR
c_mio_option c_mio_option_reuse_port(void);     // SO_REUSEPORT
c_mio_option c_mio_option_keep_alive(void);     // SO_KEEPALIVE
c_mio_option c_mio_option_keep_idle(void);      // TCP_KEEPIDLE, Apple TCP_KEEPALIVE; seconds
c_mio_option c_mio_option_keep_interval(void);  // TCP_KEEPINTVL; seconds
c_mio_option c_mio_option_keep_count(void);     // TCP_KEEPCNT
c_mio_option c_mio_option_linger(void);         // SO_LINGER, Apple SO_LINGER_SEC; struct linger
c_mio_option c_mio_option_receive_buffer(void); // SO_RCVBUF
c_mio_option c_mio_option_send_buffer(void);    // SO_SNDBUF
c_mio_option c_mio_option_no_delay(void);       // TCP_NODELAY
c_mio_option c_mio_option_user_timeout(void);   // TCP_USER_TIMEOUT; milliseconds
c_mio_option c_mio_option_time_to_live(void);   // IP_TTL
c_mio_option c_mio_option_hop_limit(void);      // IPV6_UNICAST_HOPS
c_mio_option c_mio_option_type_of_service(void); // IP_TOS
c_mio_option c_mio_option_traffic_class(void);  // IPV6_TCLASS
c_mio_option c_mio_option_only_v6(void);        // IPV6_V6ONLY

#endif
