// The layout of names and ancillary data on 64-bit little-endian processors, and the numbers that
// the systems use for them. The sources are ip(7), ipv6(7), unix(7) and cmsg(3) of Linux, and
// ip(4), ip6(4), unix(4), recv(2) and the headers of the other systems.
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdint.h>

// The position of each field in a record, or -1 if there is none. A timestamp has 8 bytes for
// seconds, followed by the fraction in units of this many nanoseconds, or a binary fraction if the
// number is zero.

#if defined(LAYOUT_OF_BSD)

enum { FAMILY_OFFSET = 1, FAMILY_SIZE = 1, PATH_ROOM = 104, HAS_ABSTRACT_NAMES = 0 };
enum { NAME_TOO_LONG = 63, NO_BUFFERS = 55, NO_SUCH_FAMILY = 47 };
enum { SOCKET_LEVEL = 0xffff, TOS = 3, V6_PACKET_INFO = 46, GRO = -1, SEGMENT = -1 };
enum { PROCESS_DESCRIPTOR = -1 };
typedef uint32_t claim; // cmsg_len

#else

enum { FAMILY_OFFSET = 0, FAMILY_SIZE = 2, PATH_ROOM = 108, HAS_ABSTRACT_NAMES = 1 };
enum { NAME_TOO_LONG = 36, NO_BUFFERS = 105, NO_SUCH_FAMILY = 97, NOT_SUPPORTED = 95 };
enum { SOCKET_LEVEL = 1, TOS = 1, V6_PACKET_INFO = 50, GRO = 104, SEGMENT = 103 };
enum { PROCESS_DESCRIPTOR = 4 /* SCM_PIDFD */ };
enum { V6 = 10, HEAD = 16, ALIGNMENT = 8, TCLASS = 67, RECEIVED_TOS = TOS, SENT_TOS_SIZE = 4 };
enum { PACKET_INFO = 8, PACKET_INFO_SIZE = 12, INFO_INTERFACE = 0, INFO_HERE = 8, INFO_SOURCE = 4 };
enum { SENDER = 2, SENDER_SIZE = 12, SENDER_PROCESS = 0, SENDER_USER = 4, SENDER_GROUP = 8 };
enum { TIMESTAMP = 35 /* SCM_TIMESTAMPNS */, REST_SIZE = 8, REST_UNIT = 1 };
typedef uint64_t claim;

#endif

#if defined(LAYOUT_OF_MACOS)
enum { V6 = 30, HEAD = 12, ALIGNMENT = 4, TCLASS = 36, RECEIVED_TOS = 27, SENT_TOS_SIZE = 4 };
enum { PACKET_INFO = 26, PACKET_INFO_SIZE = 12, INFO_INTERFACE = 0, INFO_HERE = 8, INFO_SOURCE = 4 };
enum { TIMESTAMP = 2, REST_SIZE = 4, REST_UNIT = 1000 };
enum { SENDER = -1, SENDER_SIZE = 0, SENDER_PROCESS = 0, SENDER_USER = 0, SENDER_GROUP = 0 };
enum { NOT_SUPPORTED = 102 };
#elif defined(LAYOUT_OF_FREEBSD)
enum { V6 = 28, HEAD = 16, ALIGNMENT = 8, TCLASS = 61, RECEIVED_TOS = 68, SENT_TOS_SIZE = 1 };
enum { PACKET_INFO = 7, PACKET_INFO_SIZE = 4, INFO_INTERFACE = -1, INFO_HERE = 0, INFO_SOURCE = 0 };
enum { SENDER = 8, SENDER_SIZE = 28, SENDER_PROCESS = 4, SENDER_USER = 8, SENDER_GROUP = 16 };
enum { TIMESTAMP = 4 /* SCM_BINTIME */, REST_SIZE = 8, REST_UNIT = 0 };
enum { NOT_SUPPORTED = 45 };
#elif defined(LAYOUT_OF_OPENBSD)
enum { V6 = 24, HEAD = 16, ALIGNMENT = 8, TCLASS = 61, RECEIVED_TOS = TOS, SENT_TOS_SIZE = -1 };
enum { TIMESTAMP = 4, REST_SIZE = 8, REST_UNIT = 1000 };
enum { PACKET_INFO = 7, PACKET_INFO_SIZE = 4, INFO_INTERFACE = -1, INFO_HERE = 0, INFO_SOURCE = 0 };
enum { SENDER = -1, SENDER_SIZE = 0, SENDER_PROCESS = 0, SENDER_USER = 0, SENDER_GROUP = 0 };
enum { NOT_SUPPORTED = 45 };
#elif defined(LAYOUT_OF_NETBSD)
enum { V6 = 24, HEAD = 16, ALIGNMENT = 8, TCLASS = 61, RECEIVED_TOS = TOS, SENT_TOS_SIZE = -1 };
enum { TIMESTAMP = 8, REST_SIZE = 4, REST_UNIT = 1000 };
enum { PACKET_INFO = 25, PACKET_INFO_SIZE = 8, INFO_INTERFACE = 4, INFO_HERE = 0, INFO_SOURCE = 0 };
enum { SENDER = 16, SENDER_SIZE = 24, SENDER_PROCESS = 0, SENDER_USER = 4, SENDER_GROUP = 12 };
enum { NOT_SUPPORTED = 45 };
#endif

enum { UNIX = 1, V4 = 2, V4_SIZE = 16, V4_USED = 8, V6_SIZE = 28, PATH_START = 2 };
enum { UNIX_SIZE = PATH_START + PATH_ROOM };
enum { DESCRIPTORS = 1 /* SCM_RIGHTS */, IP_LEVEL = 0, UDP_LEVEL = 17, V6_LEVEL = 41 };

#endif
