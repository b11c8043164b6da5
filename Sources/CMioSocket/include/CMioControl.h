// Ancillary data of messages: struct cmsghdr, one after the other in a buffer.
#ifndef C_MIO_CONTROL_H
#define C_MIO_CONTROL_H

#include "CMioName.h"

static const uint32_t C_MIO_CONTROL_OTHER = 0;
static const uint32_t C_MIO_CONTROL_DESCRIPTORS = 1;     // SCM_RIGHTS, SCM_PIDFD
static const uint32_t C_MIO_CONTROL_CREDENTIALS = 2;     // SCM_CREDENTIALS, FreeBSD SCM_CREDS2, NetBSD SCM_CREDS
static const uint32_t C_MIO_CONTROL_TYPE_OF_SERVICE = 3; // IP_TOS
static const uint32_t C_MIO_CONTROL_TRAFFIC_CLASS = 4;   // IPV6_TCLASS
static const uint32_t C_MIO_CONTROL_PACKET_INFO = 5;     // IP_PKTINFO or IP_RECVDSTADDR; IPV6_PKTINFO
static const uint32_t C_MIO_CONTROL_SEGMENT_SIZE = 6;    // UDP_SEGMENT, UDP_GRO
static const uint32_t C_MIO_CONTROL_TIMESTAMP = 7;       // SCM_TIMESTAMPNS, FreeBSD SCM_BINTIME, else SCM_TIMESTAMP

typedef struct c_mio_credentials {
  uint32_t user;
  uint32_t group;
  int32_t process; // 0 where the system does not say
} c_mio_credentials;

// One item. Below its bytes, only what its kind needs is filled in.
typedef struct c_mio_control_item {
  uint32_t kind;
  int32_t level;
  int32_t type;
  size_t offset;     // where its bytes begin
  size_t size;       // how many there are
  uint32_t count;    // descriptors
  int32_t number;    // type of service, traffic class, segment size
  uint32_t interface; // packet info
  c_mio_address address; // packet info: the local address
  c_mio_credentials credentials;
  int64_t seconds;      // timestamp: since 1970
  uint32_t nanoseconds; // timestamp: of the second
} c_mio_control_item;

// Reads the item at `*offset` and moves on behind it. Returns 0 at the end, and at an item that claims
// more than there is.
int c_mio_control_next(const void *bytes, size_t length, size_t *offset, c_mio_control_item *item);

// A descriptor of an item.
int32_t c_mio_control_descriptor(const void *bytes, const c_mio_control_item *item, uint32_t index);

// Append an item to the `*length` bytes, or add to the last one. The buffer is aligned for 8 bytes.
// Returns 0; -ENOBUFS when there is no room; -EOPNOTSUPP when the system has no such thing.
intptr_t c_mio_control_add(void *bytes, size_t capacity, size_t *length, int32_t level,
                           int32_t type, const void *data, size_t size);
intptr_t c_mio_control_add_descriptor(void *bytes, size_t capacity, size_t *length,
                                      int32_t descriptor);
intptr_t c_mio_control_add_number(void *bytes, size_t capacity, size_t *length, uint32_t kind,
                                  int32_t number);
intptr_t c_mio_control_add_packet_info(void *bytes, size_t capacity, size_t *length,
                                       const c_mio_address *address, uint32_t interface);

#endif
