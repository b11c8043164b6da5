// The name of a socket, in the form of the system (struct sockaddr) and in the form that Swift
// uses.
#ifndef C_MIO_NAME_H
#define C_MIO_NAME_H

#include "CMioPlatform.h"

#include <stddef.h>
#include <stdint.h>

// A struct sockaddr of any family, with its length. Longer names are not supported.
typedef struct c_mio_name {
  uint32_t length;
  uint64_t words[16];
} c_mio_name;

// An internet address and a port in host byte order. `family` is 4 or 6.
typedef struct c_mio_address {
  uint32_t family;
  uint16_t port;
  uint32_t flow_info;
  uint32_t scope_id;
  uint64_t high; // IPv6: the first eight bytes
  uint64_t low;  // IPv6: the last eight bytes; IPv4: the address
} c_mio_address;

static const uint32_t C_MIO_UNIX_UNNAMED = 0;
static const uint32_t C_MIO_UNIX_PATH = 1;
static const uint32_t C_MIO_UNIX_ABSTRACT = 2; // Linux

// The address of a Unix socket: its kind, and the bytes of its name without any NUL before or after
// them.
typedef struct c_mio_unix_address {
  uint32_t kind;
  uint32_t count;
  uint8_t bytes[108];
} c_mio_unix_address;

// They return 0, or a negated error code if the system has no such names.
intptr_t c_mio_encode_internet(const c_mio_address *address, c_mio_name *name);
intptr_t c_mio_encode_unix(const c_mio_unix_address *address, c_mio_name *name);

// They return 1, or 0 for a name of another family. They read only as many bytes as the length of
// the name allows.
int c_mio_decode_internet(const c_mio_name *name, c_mio_address *address);
int c_mio_decode_unix(const c_mio_name *name, c_mio_unix_address *address);

// Returns whether the name belongs to a Unix socket without a name. Systems have several forms for
// that.
int c_mio_name_is_empty(const c_mio_name *name);

// Returns the maximum number of bytes of a path.
size_t c_mio_unix_path_limit(void);

#endif
