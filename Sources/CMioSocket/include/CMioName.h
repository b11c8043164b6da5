// What names a socket, as the system has it (struct sockaddr), and as Swift can use it.
#ifndef C_MIO_NAME_H
#define C_MIO_NAME_H

#include "CMioPlatform.h"

#include <stddef.h>
#include <stdint.h>

// A struct sockaddr of any family and its length. Longer ones are not for us.
typedef struct c_mio_name {
  uint32_t length;
  uint64_t words[16];
} c_mio_name;

// An internet address and port, in host order. `family` is 4 or 6.
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

// The address of a Unix socket: its kind, and the bytes of its name without any NUL around them.
typedef struct c_mio_unix_address {
  uint32_t kind;
  uint32_t count;
  uint8_t bytes[108];
} c_mio_unix_address;

// Zero, or a negated error code when the system has no such names.
intptr_t c_mio_encode_internet(const c_mio_address *address, c_mio_name *name);
intptr_t c_mio_encode_unix(const c_mio_unix_address *address, c_mio_name *name);

// 1, or 0 for a name that is none of the family's. Believed only as far as its length goes.
int c_mio_decode_internet(const c_mio_name *name, c_mio_address *address);
int c_mio_decode_unix(const c_mio_name *name, c_mio_unix_address *address);

// Whether it is the name of a Unix socket that has none: systems have several ways to say so.
int c_mio_name_is_empty(const c_mio_name *name);

// How many bytes a path can have at most.
size_t c_mio_unix_path_limit(void);

#endif
