// The system's headers for addresses and ancillary data, with common names for what differs.
#ifndef C_MIO_SYSTEM_SOCKETS_H
#define C_MIO_SYSTEM_SOCKETS_H

#include "CMioErrors.h"
#include "CMioSocket.h"

#if C_MIO_IS_POSIX

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/types.h> // first: the CMSG macros of FreeBSD need it

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

typedef struct sockaddr_un unix_name;
typedef struct cmsghdr control_head;

// Makes a call again while a signal interrupts it.
#define UNINTERRUPTED(call)                      \
  ({                                             \
    __typeof__(call) result_;                    \
    do {                                         \
      result_ = (call);                          \
    } while (result_ < 0 && errno == EINTR);     \
    result_;                                     \
  })

// Constants of Linux that not every C library defines.
#if C_MIO_IS_LINUX
#define UDP_SEGMENT 103
#define UDP_GRO 104
#define SCM_PIDFD 4
#endif

#elif C_MIO_HAS_WINSOCK

#include "Winsock.h"

// The counterpart of UDP_GRO of Linux on Windows.
#define UDP_GRO 3 // UDP_COALESCED_INFO

typedef struct c_mio_sockaddr_un unix_name;
typedef WSACMSGHDR control_head;

#undef CMSG_LEN
#undef CMSG_SPACE
#define CONTROL_ALIGNED(size) (((size) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(size) (CONTROL_ALIGNED(sizeof(WSACMSGHDR)) + (size))
#define CMSG_SPACE(size) (CONTROL_ALIGNED(sizeof(WSACMSGHDR)) + CONTROL_ALIGNED(size))

// Winsock also defines these functions. All processors of Windows are little-endian.
#undef htons
#undef ntohs
#undef htonl
#undef ntohl
#define htons(number) __builtin_bswap16(number)
#define ntohs(number) __builtin_bswap16(number)
#define htonl(number) __builtin_bswap32(number)
#define ntohl(number) __builtin_bswap32(number)

#endif

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

// Families and types of sockets.

static inline int system_family(uint32_t family) {
  return family == C_MIO_FAMILY_V4 ? AF_INET : family == C_MIO_FAMILY_V6 ? AF_INET6 : AF_UNIX;
}

static inline int system_type(uint32_t type) {
  return type == C_MIO_TYPE_STREAM     ? SOCK_STREAM
         : type == C_MIO_TYPE_DATAGRAM ? SOCK_DGRAM
                                       : SOCK_SEQPACKET;
}

static inline c_mio_kind kind_of(int family, int type) {
  return (c_mio_kind){
      .family = family == AF_INET    ? C_MIO_FAMILY_V4
                : family == AF_INET6 ? C_MIO_FAMILY_V6
                : family == AF_UNIX  ? C_MIO_FAMILY_UNIX
                                     : C_MIO_FAMILY_OTHER,
      .type = type == SOCK_STREAM      ? C_MIO_TYPE_STREAM
              : type == SOCK_DGRAM     ? C_MIO_TYPE_DATAGRAM
              : type == SOCK_SEQPACKET ? C_MIO_TYPE_PACKET
                                       : C_MIO_TYPE_OTHER,
  };
}

// Returns the family of a name, or AF_UNSPEC for a name that is too short to have one.
static inline int family_of(const c_mio_name *name) {
  struct sockaddr any;
  size_t end = offsetof(struct sockaddr, sa_family) + sizeof any.sa_family;
  if (name->length < end) return AF_UNSPEC;
  memcpy(&any, name->words, end);
  return any.sa_family;
}

// Conversions of the bytes of an IPv6 address.

static inline void put_ipv6(const c_mio_address *address, struct in6_addr *bytes) {
  for (int i = 0; i < 8; i++) {
    bytes->s6_addr[i] = (uint8_t)(address->high >> (56 - 8 * i));
    bytes->s6_addr[8 + i] = (uint8_t)(address->low >> (56 - 8 * i));
  }
}

static inline void take_ipv6(const struct in6_addr *bytes, c_mio_address *address) {
  for (int i = 0; i < 8; i++) {
    address->high = address->high << 8 | bytes->s6_addr[i];
    address->low = address->low << 8 | bytes->s6_addr[8 + i];
  }
}

#endif

#endif
