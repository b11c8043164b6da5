#define _GNU_SOURCE
#define __APPLE_USE_RFC_3542
#include "SystemSockets.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

// Reading. The code uses offsets instead of CMSG_NXTHDR, because C libraries differ in the checks
// of CMSG_NXTHDR.

#if defined(SCM_RIGHTS)
static void read_descriptors(c_mio_control_item *item) {
  item->kind = C_MIO_CONTROL_DESCRIPTORS;
  item->count = (uint32_t)(item->size / sizeof(int));
}
#endif

// The real user and group of the sender, as Linux reports them.
#if C_MIO_IS_LINUX
#define SENDER SCM_CREDENTIALS
static void read_sender(c_mio_control_item *item, const void *data, size_t size) {
  struct ucred sender;
  if (size < sizeof sender) return;
  memcpy(&sender, data, sizeof sender);
  item->kind = C_MIO_CONTROL_CREDENTIALS;
  item->credentials = (c_mio_credentials){sender.uid, sender.gid, sender.pid};
}
#elif defined(SCM_CREDS2) || defined(__NetBSD__)
#if defined(SCM_CREDS2)
#define SENDER SCM_CREDS2
typedef struct sockcred2 sender_record;
#else
#define SENDER SCM_CREDS
typedef struct sockcred sender_record;
#endif
static void read_sender(c_mio_control_item *item, const void *data, size_t size) {
  sender_record sender;
  // The groups follow the record. There may be none.
  size_t least = offsetof(sender_record, sc_groups);
  if (size < least) return;
  memcpy(&sender, data, least);
  item->kind = C_MIO_CONTROL_CREDENTIALS;
  item->credentials = (c_mio_credentials){sender.sc_uid, sender.sc_gid, sender.sc_pid};
}
#endif

// The time at which a message arrived.
#if defined(SO_TIMESTAMPNS)
#define TIMESTAMP SO_TIMESTAMPNS
typedef struct timespec timestamp;
static uint32_t nanoseconds(const timestamp *time) { return (uint32_t)time->tv_nsec; }
#define SECONDS tv_sec
#elif defined(SCM_BINTIME)
#define TIMESTAMP SCM_BINTIME
typedef struct bintime timestamp;
static uint32_t nanoseconds(const timestamp *time) {
  return (uint32_t)((time->frac >> 32) * 1000000000u >> 32);
}
#define SECONDS sec
#elif defined(SCM_TIMESTAMP)
#define TIMESTAMP SCM_TIMESTAMP
typedef struct timeval timestamp;
static uint32_t nanoseconds(const timestamp *time) { return (uint32_t)time->tv_usec * 1000u; }
#define SECONDS tv_sec
#endif

#if defined(TIMESTAMP)
static void read_timestamp(c_mio_control_item *item, const void *data, size_t size) {
  timestamp time;
  if (size < sizeof time) return;
  memcpy(&time, data, sizeof time);
  item->kind = C_MIO_CONTROL_TIMESTAMP;
  item->seconds = time.SECONDS;
  item->nanoseconds = nanoseconds(&time);
}
#endif

// Systems send a byte, 16 bits or an int.
static void read_number(c_mio_control_item *item, uint32_t kind, const void *data, size_t size) {
  uint8_t byte;
  uint16_t half;
  int32_t word;
  if (size >= sizeof word) {
    memcpy(&word, data, sizeof word);
  } else if (size >= sizeof half) {
    memcpy(&half, data, sizeof half);
    word = half;
  } else if (size == sizeof byte) {
    memcpy(&byte, data, sizeof byte);
    word = byte;
  } else {
    return;
  }
  item->kind = kind;
  item->number = word;
}

#if defined(IP_PKTINFO)
static void read_packet_info(c_mio_control_item *item, const void *data, size_t size) {
  struct in_pktinfo info;
  if (size < sizeof info) return;
  memcpy(&info, data, sizeof info);
  item->kind = C_MIO_CONTROL_PACKET_INFO;
  item->interface = (uint32_t)info.ipi_ifindex;
  item->address = (c_mio_address){.family = 4, .low = ntohl(info.ipi_addr.s_addr)};
}
#else
// FreeBSD and OpenBSD report the address without the interface.
static void read_local_address(c_mio_control_item *item, const void *data, size_t size) {
  struct in_addr address;
  if (size < sizeof address) return;
  memcpy(&address, data, sizeof address);
  item->kind = C_MIO_CONTROL_PACKET_INFO;
  item->address = (c_mio_address){.family = 4, .low = ntohl(address.s_addr)};
}
#endif

#if defined(IPV6_PKTINFO)
static void read_packet_info_6(c_mio_control_item *item, const void *data, size_t size) {
  struct in6_pktinfo info;
  if (size < sizeof info) return;
  memcpy(&info, data, sizeof info);
  item->kind = C_MIO_CONTROL_PACKET_INFO;
  item->interface = info.ipi6_ifindex;
  item->address.family = 6;
  take_ipv6(&info.ipi6_addr, &item->address);
}
#endif

static void read_ip(c_mio_control_item *item, int type, const void *data, size_t size) {
  switch (type) {
  case IP_TOS:
#if C_MIO_HAS_WINSOCK
  case C_MIO_IP_ECN:
#elif defined(IP_RECVTOS) && !C_MIO_IS_LINUX
  case IP_RECVTOS:
#endif
    read_number(item, C_MIO_CONTROL_TYPE_OF_SERVICE, data, size);
    break;
#if defined(IP_PKTINFO)
  case IP_PKTINFO:
    read_packet_info(item, data, size);
    break;
#else
  case IP_RECVDSTADDR:
    read_local_address(item, data, size);
    break;
#endif
  }
}

static void read_ipv6(c_mio_control_item *item, int type, const void *data, size_t size) {
  switch (type) {
#if C_MIO_HAS_WINSOCK
  case C_MIO_IPV6_TCLASS:
  case C_MIO_IP_ECN:
    read_number(item, C_MIO_CONTROL_TRAFFIC_CLASS, data, size);
    break;
#elif defined(IPV6_TCLASS)
  case IPV6_TCLASS:
    read_number(item, C_MIO_CONTROL_TRAFFIC_CLASS, data, size);
    break;
#endif
#if defined(IPV6_PKTINFO)
  case IPV6_PKTINFO:
    read_packet_info_6(item, data, size);
    break;
#endif
  }
}

int c_mio_control_next(const void *bytes, size_t length, size_t *offset, c_mio_control_item *item) {
  memset(item, 0, sizeof *item);
  control_head header;
  if (*offset > length || length - *offset < CMSG_LEN(0)) return 0;
  memcpy(&header, (const char *)bytes + *offset, sizeof header);
  size_t claimed = header.cmsg_len;
  if (claimed < CMSG_LEN(0) || claimed > length - *offset) return 0;
  size_t start = *offset + CMSG_LEN(0), size = claimed - CMSG_LEN(0);
  size_t space = CMSG_SPACE(size);
  *offset = space > length - *offset ? length : *offset + space;

  item->level = header.cmsg_level;
  item->type = header.cmsg_type;
  item->offset = start;
  item->size = size;
  const void *data = (const char *)bytes + start;
  if (header.cmsg_level == SOL_SOCKET) {
#if defined(SCM_RIGHTS)
    if (header.cmsg_type == SCM_RIGHTS) read_descriptors(item);
#endif
#if defined(SCM_PIDFD)
    if (header.cmsg_type == SCM_PIDFD) read_descriptors(item);
#endif
#if defined(SENDER)
    if (header.cmsg_type == SENDER) read_sender(item, data, size);
#endif
#if defined(TIMESTAMP)
    if (header.cmsg_type == TIMESTAMP) read_timestamp(item, data, size);
#endif
  } else if (header.cmsg_level == IPPROTO_IP) {
    read_ip(item, header.cmsg_type, data, size);
  } else if (header.cmsg_level == IPPROTO_IPV6) {
    read_ipv6(item, header.cmsg_type, data, size);
  }
#if defined(UDP_GRO)
  else if (header.cmsg_level == IPPROTO_UDP && header.cmsg_type == UDP_GRO) {
    read_number(item, C_MIO_CONTROL_SEGMENT_SIZE, data, size);
  }
#endif
  return 1;
}

int32_t c_mio_control_descriptor(const void *bytes, const c_mio_control_item *item,
                                 uint32_t index) {
  int descriptor;
  memcpy(&descriptor, (const char *)bytes + item->offset + index * sizeof descriptor,
         sizeof descriptor);
  return descriptor;
}

// Writing

intptr_t c_mio_control_add(void *bytes, size_t capacity, size_t *length, int32_t level,
                           int32_t type, const void *data, size_t size) {
  if (size > capacity) return -C_MIO_ENOBUFS; // otherwise CMSG_SPACE would overflow
  if (capacity < *length + CMSG_SPACE(size)) return -C_MIO_ENOBUFS;
  control_head header = {.cmsg_len = CMSG_LEN(size), .cmsg_level = level, .cmsg_type = type};
  char *start = (char *)bytes + *length;
  memset(start, 0, CMSG_SPACE(size));
  memcpy(start, &header, sizeof header);
  if (size > 0) memcpy(start + CMSG_LEN(0), data, size);
  *length += CMSG_SPACE(size);
  return 0;
}

#if defined(SCM_RIGHTS)

// Finds the start of the last item, and returns whether it carries descriptors. BSDs accept only
// one such item.
static int find_last_descriptors(const void *bytes, size_t length, size_t *start) {
  size_t offset = 0, last = 0;
  c_mio_control_item item, found = {0};
  for (size_t next = 0; c_mio_control_next(bytes, length, &next, &item); offset = next) {
    last = offset;
    found = item;
  }
  *start = last;
  return found.level == SOL_SOCKET && found.type == SCM_RIGHTS;
}

intptr_t c_mio_control_add_descriptor(void *bytes, size_t capacity, size_t *length,
                                      int32_t descriptor) {
  size_t start;
  if (!find_last_descriptors(bytes, *length, &start))
    return c_mio_control_add(bytes, capacity, length, SOL_SOCKET, SCM_RIGHTS, &descriptor, sizeof descriptor);
  control_head header;
  memcpy(&header, (char *)bytes + start, sizeof header);
  size_t size = header.cmsg_len - CMSG_LEN(0), space = CMSG_SPACE(size + sizeof descriptor);
  if (capacity < start + space) return -C_MIO_ENOBUFS;
  memset((char *)bytes + start + CMSG_LEN(size), 0, space - CMSG_LEN(size));
  memcpy((char *)bytes + start + CMSG_LEN(size), &descriptor, sizeof descriptor);
  header.cmsg_len = CMSG_LEN(size + sizeof descriptor);
  memcpy((char *)bytes + start, &header, sizeof header);
  *length = start + space;
  return 0;
}

#else

intptr_t c_mio_control_add_descriptor(void *bytes, size_t capacity, size_t *length,
                                      int32_t descriptor) {
  (void)bytes, (void)capacity, (void)length, (void)descriptor;
  return -C_MIO_EOPNOTSUPP;
}

#endif

intptr_t c_mio_control_add_number(void *bytes, size_t capacity, size_t *length, uint32_t kind,
                                  int32_t number) {
  switch (kind) {
#if C_MIO_HAS_WINSOCK
  // On Windows a message can set only the two ECN bits.
  case C_MIO_CONTROL_TYPE_OF_SERVICE:
  case C_MIO_CONTROL_TRAFFIC_CLASS:
    if (number < 0 || number > 3) return -C_MIO_EOPNOTSUPP;
    return c_mio_control_add(bytes, capacity, length,
                             kind == C_MIO_CONTROL_TYPE_OF_SERVICE ? IPPROTO_IP : IPPROTO_IPV6,
                             C_MIO_IP_ECN, &number, sizeof number);
  case C_MIO_CONTROL_SEGMENT_SIZE:
    return c_mio_control_add(bytes, capacity, length, IPPROTO_UDP, C_MIO_UDP_SEND_MSG_SIZE, &number,
                             sizeof number);
#elif defined(__FreeBSD__)
  case C_MIO_CONTROL_TYPE_OF_SERVICE: {
    uint8_t byte = (uint8_t)number;
    return c_mio_control_add(bytes, capacity, length, IPPROTO_IP, IP_TOS, &byte, sizeof byte);
  }
#elif !defined(__OpenBSD__) && !defined(__NetBSD__) // both refuse the message
  case C_MIO_CONTROL_TYPE_OF_SERVICE:
    return c_mio_control_add(bytes, capacity, length, IPPROTO_IP, IP_TOS, &number, sizeof number);
#endif
#if defined(IPV6_TCLASS) && !C_MIO_HAS_WINSOCK
  case C_MIO_CONTROL_TRAFFIC_CLASS:
    return c_mio_control_add(bytes, capacity, length, IPPROTO_IPV6, IPV6_TCLASS, &number, sizeof number);
#endif
#if defined(UDP_SEGMENT)
  case C_MIO_CONTROL_SEGMENT_SIZE: {
    uint16_t size = (uint16_t)number;
    return c_mio_control_add(bytes, capacity, length, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size);
  }
#endif
  default:
    return -C_MIO_EOPNOTSUPP;
  }
}

intptr_t c_mio_control_add_packet_info(void *bytes, size_t capacity, size_t *length,
                                       const c_mio_address *address, uint32_t interface) {
  if (address->family == 4) {
#if defined(IP_PKTINFO)
    struct in_pktinfo info = {.ipi_ifindex = (int)interface};
#if defined(__NetBSD__) || C_MIO_HAS_WINSOCK
    info.ipi_addr.s_addr = htonl((uint32_t)address->low);
#else
    info.ipi_spec_dst.s_addr = htonl((uint32_t)address->low);
#endif
    return c_mio_control_add(bytes, capacity, length, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
#else
    if (interface != 0) return -C_MIO_EOPNOTSUPP;
    struct in_addr source = {.s_addr = htonl((uint32_t)address->low)};
    return c_mio_control_add(bytes, capacity, length, IPPROTO_IP, IP_SENDSRCADDR, &source, sizeof source);
#endif
  }
#if defined(IPV6_PKTINFO)
  struct in6_pktinfo info = {.ipi6_ifindex = interface};
  put_ipv6(address, &info.ipi6_addr);
  return c_mio_control_add(bytes, capacity, length, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
#else
  return -C_MIO_EOPNOTSUPP;
#endif
}

#endif
