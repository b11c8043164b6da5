// The system's headers for addresses and ancillary data, and what they call differently.
#ifndef C_MIO_SYSTEM_SOCKETS_H
#define C_MIO_SYSTEM_SOCKETS_H

#include "CMioErrors.h"
#include "CMioSocket.h"

#if C_MIO_IS_POSIX

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/types.h> // first: FreeBSD's CMSG macros need it

#include <sys/socket.h>
#include <sys/un.h>

typedef struct sockaddr_un unix_name;
typedef struct cmsghdr control_head;

// Linux' own numbers: not every C library knows them.
#if C_MIO_IS_LINUX
#define UDP_SEGMENT 103
#define UDP_GRO 104
#define SCM_PIDFD 4
#endif

#elif C_MIO_HAS_WINSOCK

#include "Winsock.h"

// Windows' counterpart of Linux' UDP_GRO.
#define UDP_GRO 3 // UDP_COALESCED_INFO

typedef struct c_mio_sockaddr_un unix_name;
typedef WSACMSGHDR control_head;

#undef CMSG_LEN
#undef CMSG_SPACE
#define CONTROL_ALIGNED(size) (((size) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(size) (CONTROL_ALIGNED(sizeof(WSACMSGHDR)) + (size))
#define CMSG_SPACE(size) (CONTROL_ALIGNED(sizeof(WSACMSGHDR)) + CONTROL_ALIGNED(size))

// These functions are Winsock's as well. All of its processors are little-endian.
#undef htons
#undef ntohs
#undef htonl
#undef ntohl
#define htons(number) __builtin_bswap16(number)
#define ntohs(number) __builtin_bswap16(number)
#define htonl(number) __builtin_bswap32(number)
#define ntohl(number) __builtin_bswap32(number)

#endif

#endif
