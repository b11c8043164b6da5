// Calls functions of Winsock through a table. Under Wine the functions have the same names as those
// of the C library. The table is filled when the first socket is created, after WSAStartup.
#ifndef C_MIO_WINSOCK_H
#define C_MIO_WINSOCK_H

#define WIN32_LEAN_AND_MEAN // otherwise `interface` is a macro
#include <winsock2.h>

#include <mstcpip.h>
#include <mswsock.h>
#include <windows.h>
#include <ws2tcpip.h>

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define C_MIO_WINSOCK_FUNCTIONS(use)                                                              \
  use(accept) use(bind) use(closesocket) use(connect) use(getpeername) use(getsockname)           \
  use(getsockopt) use(ioctlsocket) use(listen) use(recv) use(select) use(send) use(setsockopt)    \
  use(shutdown) use(WSADuplicateSocketW) use(WSAGetLastError) use(WSAIoctl) use(WSARecvFrom)      \
  use(WSASendTo) use(WSASocketW) use(WSAStartup)

typedef struct c_mio_winsock_table {
#define C_MIO_MEMBER(name) __typeof__(&name) call_##name;
  C_MIO_WINSOCK_FUNCTIONS(C_MIO_MEMBER)
#undef C_MIO_MEMBER
} c_mio_winsock_table;

// NULL until the first socket is made.
extern _Atomic(const c_mio_winsock_table *) c_mio_winsock;

// Starts Winsock, once for the process. Returns 0 or a negated error code.
intptr_t c_mio_winsock_start(void);

// Calls a function of Winsock, which has started because there is a socket.
#define WINSOCK(name) (atomic_load_explicit(&c_mio_winsock, memory_order_acquire)->call_##name)

static inline intptr_t c_mio_winsock_failure(void) { return -(intptr_t)WINSOCK(WSAGetLastError)(); }

// Returns the result of a call, or its negated error code.
static inline intptr_t c_mio_winsock_result(intptr_t result) {
  return result < 0 ? c_mio_winsock_failure() : result;
}

static inline int c_mio_winsock_is_datagram(SOCKET socket) {
  int type = 0, length = sizeof type;
  return WINSOCK(getsockopt)(socket, SOL_SOCKET, SO_TYPE, (char *)&type, &length) == 0 &&
         type == SOCK_DGRAM;
}

// Limits the number of bytes that one call requests.
static inline int c_mio_winsock_limited(size_t count) {
  return count > INT_MAX ? INT_MAX : (int)count;
}

// Definitions that these headers may lack: those of afunix.h, and options of newer systems.

struct c_mio_sockaddr_un {
  u_short sun_family;
  char sun_path[108];
};

#ifndef AF_UNIX
#define AF_UNIX 1
#endif

#define C_MIO_TCP_KEEPIDLE 3
#define C_MIO_TCP_MAXRTMS 14
#define C_MIO_TCP_FASTOPEN 15
#define C_MIO_TCP_KEEPCNT 16
#define C_MIO_TCP_KEEPINTVL 17
#define C_MIO_IPV6_TCLASS 39
#define C_MIO_IP_RECVTOS 40
#define C_MIO_IPV6_RECVTCLASS 40
#define C_MIO_IP_ECN 50
#define C_MIO_UDP_SEND_MSG_SIZE 2
#define C_MIO_UDP_RECV_MAX_COALESCED_SIZE 3
#define C_MIO_SIO_UDP_CONNRESET 0x9800000C
#define C_MIO_SIO_UDP_NETRESET 0x9800000F
#define C_MIO_SIO_TCP_INITIAL_RTO 0x98000011

// If the headers define them as well, the values must be equal.
#define C_MIO_AGREE(name) _Static_assert((long long)C_MIO_##name == (long long)name, #name)
C_MIO_AGREE(IP_RECVTOS);
C_MIO_AGREE(IP_ECN);
C_MIO_AGREE(IPV6_TCLASS);
C_MIO_AGREE(IPV6_RECVTCLASS);
#if defined(TCP_MAXRTMS)
C_MIO_AGREE(TCP_KEEPIDLE);
C_MIO_AGREE(TCP_KEEPINTVL);
C_MIO_AGREE(TCP_KEEPCNT);
C_MIO_AGREE(TCP_MAXRTMS);
C_MIO_AGREE(TCP_FASTOPEN);
#endif
#if defined(UDP_SEND_MSG_SIZE)
C_MIO_AGREE(UDP_SEND_MSG_SIZE);
C_MIO_AGREE(UDP_RECV_MAX_COALESCED_SIZE);
#endif
#if defined(SIO_UDP_NETRESET)
_Static_assert((DWORD)C_MIO_SIO_UDP_NETRESET == (DWORD)SIO_UDP_NETRESET, "SIO_UDP_NETRESET");
#endif
#if defined(SIO_TCP_INITIAL_RTO)
_Static_assert((DWORD)C_MIO_SIO_TCP_INITIAL_RTO == (DWORD)SIO_TCP_INITIAL_RTO, "SIO_TCP_INITIAL_RTO");
#endif
_Static_assert((DWORD)C_MIO_SIO_UDP_CONNRESET == (DWORD)SIO_UDP_CONNRESET, "SIO_UDP_CONNRESET");
#undef C_MIO_AGREE

// TCP_INITIAL_RTO_PARAMETERS: the milliseconds until an unanswered connect request is repeated, and
// the number of repetitions.
typedef struct c_mio_initial_rto {
  uint16_t time;
  uint8_t repetitions;
} c_mio_initial_rto;

// WSAIoctl with a control code that takes a value.
static inline intptr_t c_mio_winsock_control(SOCKET socket, DWORD control, void *value, DWORD size) {
  DWORD bytes;
  return c_mio_winsock_result(
      WINSOCK(WSAIoctl)(socket, control, value, size, NULL, 0, &bytes, NULL, NULL));
}

// SIO_UDP_CONNRESET and SIO_UDP_NETRESET: whether a later operation fails for a datagram that no
// socket received, or whose time to live expired.
static inline intptr_t c_mio_report_unreachable(SOCKET socket, BOOL reports) {
  // Not every system supports SIO_UDP_NETRESET.
  c_mio_winsock_control(socket, C_MIO_SIO_UDP_NETRESET, &reports, sizeof reports);
  return c_mio_winsock_control(socket, C_MIO_SIO_UDP_CONNRESET, &reports, sizeof reports);
}

#endif
