// Ancillary data of messages: a buffer with a sequence of struct cmsghdr.
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
static const uint32_t C_MIO_CONTROL_TIMESTAMP = 7;       // SCM_TIMESTAMPNS, FreeBSD SCM_BINTIME, or SCM_TIMESTAMP

typedef struct c_mio_credentials {
  uint32_t user;
  uint32_t group;
  int32_t process; // 0 if the system does not report it
} c_mio_credentials;

// One item. Of the members after `size`, only those are valid that belong to the kind of the item.
typedef struct c_mio_control_item {
  uint32_t kind;
  int32_t level;
  int32_t type;
  size_t offset;     // offset of its bytes
  size_t size;       // number of its bytes
  uint32_t count;    // number of descriptors
  int32_t number;    // type of service, traffic class, segment size
  uint32_t interface; // packet info
  c_mio_address address; // packet info: the local address
  c_mio_credentials credentials;
  int64_t seconds;      // timestamp: since 1970
  uint32_t nanoseconds; // timestamp: of the second
} c_mio_control_item;

// Reads the item at `*offset` and moves the offset to the next item. Returns 0 at the end, and for
// an item that claims more bytes than the buffer has.
int c_mio_control_next(const void *bytes, size_t length, size_t *offset, c_mio_control_item *item);

// Returns a descriptor of an item.
int32_t c_mio_control_descriptor(const void *bytes, const c_mio_control_item *item, uint32_t index);

// Append an item to the `*length` bytes, or extend the last item. The buffer is aligned to 8 bytes.
// They return 0, -ENOBUFS if the buffer has no space, or -EOPNOTSUPP if the system has no such
// item.
intptr_t c_mio_control_add(void *bytes, size_t capacity, size_t *length, int32_t level,
                           int32_t type, const void *data, size_t size);
intptr_t c_mio_control_add_descriptor(void *bytes, size_t capacity, size_t *length,
                                      int32_t descriptor);
intptr_t c_mio_control_add_number(void *bytes, size_t capacity, size_t *length, uint32_t kind,
                                  int32_t number);
intptr_t c_mio_control_add_packet_info(void *bytes, size_t capacity, size_t *length,
                                       const c_mio_address *address, uint32_t interface);

#endif
