#define _GNU_SOURCE
#include "SystemSockets.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

#if C_MIO_IS_POSIX && !C_MIO_IS_LINUX && !defined(__sun)
#define HAS_LENGTH_FIELD 1 // of 4.4BSD: sa_len
#endif

enum { PATH_OFFSET = offsetof(unix_name, sun_path) };
enum { PATH_CAPACITY = sizeof((unix_name){0}.sun_path) };

_Static_assert(sizeof((c_mio_name){0}.words) >= sizeof(unix_name) &&
                   sizeof((c_mio_name){0}.words) >= sizeof(struct sockaddr_in6),
               "a name holds each family's");
_Static_assert(sizeof((c_mio_unix_address){0}.bytes) >= PATH_CAPACITY, "a path fits");

// Encoding

intptr_t c_mio_encode_internet(const c_mio_address *address, c_mio_name *name) {
  memset(name, 0, sizeof *name);
  if (address->family == 4) {
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_port = htons(address->port),
                             .sin_addr.s_addr = htonl((uint32_t)address->low)};
    name->length = sizeof v4;
#if defined(HAS_LENGTH_FIELD)
    v4.sin_len = sizeof v4;
#endif
    memcpy(name->words, &v4, sizeof v4);
    return 0;
  }
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                            .sin6_port = htons(address->port),
                            .sin6_flowinfo = htonl(address->flow_info),
                            .sin6_scope_id = address->scope_id};
  put_ipv6(address, &v6.sin6_addr);
  name->length = sizeof v6;
#if defined(HAS_LENGTH_FIELD)
  v6.sin6_len = sizeof v6;
#endif
  memcpy(name->words, &v6, sizeof v6);
  return 0;
}

intptr_t c_mio_encode_unix(const c_mio_unix_address *address, c_mio_name *name) {
  memset(name, 0, sizeof *name);
  unix_name system = {.sun_family = AF_UNIX};
  size_t count = address->count;
  switch (address->kind) {
  case C_MIO_UNIX_PATH:
    if (count > PATH_CAPACITY) return -C_MIO_ENAMETOOLONG;
    memcpy(system.sun_path, address->bytes, count);
    // A path that fills the whole field has no NUL after it and needs none: sockets of other
    // programs have such names.
    name->length = (uint32_t)(PATH_OFFSET + count + (count < PATH_CAPACITY));
    break;
  case C_MIO_UNIX_ABSTRACT:
#if C_MIO_IS_LINUX
    if (count >= PATH_CAPACITY) return -C_MIO_ENAMETOOLONG;
    memcpy(system.sun_path + 1, address->bytes, count);
    name->length = (uint32_t)(PATH_OFFSET + 1 + count);
    break;
#else
    return -C_MIO_EAFNOSUPPORT;
#endif
  default:
    name->length = PATH_OFFSET;
  }
#if defined(HAS_LENGTH_FIELD)
  system.sun_len = (uint8_t)name->length;
#endif
  memcpy(name->words, &system, sizeof system);
  return 0;
}

size_t c_mio_unix_path_limit(void) { return PATH_CAPACITY - 1; }

// Decoding

// Copies the available bytes of a name, and returns their number. The length that the kernel
// reports also counts bytes that did not fit, and on some systems the bytes after the terminating
// NUL.
static size_t copy(const c_mio_name *name, void *out, size_t size) {
  size_t length = name->length;
  if (length > size) length = size;
  memcpy(out, name->words, length);
  return length;
}

int c_mio_decode_internet(const c_mio_name *name, c_mio_address *address) {
  memset(address, 0, sizeof *address);
  if (family_of(name) == AF_INET) {
    struct sockaddr_in v4;
    if (copy(name, &v4, sizeof v4) < sizeof v4) return 0;
    address->family = 4;
    address->port = ntohs(v4.sin_port);
    address->low = ntohl(v4.sin_addr.s_addr);
    return 1;
  }
  struct sockaddr_in6 v6;
  if (family_of(name) != AF_INET6 || copy(name, &v6, sizeof v6) < sizeof v6) return 0;
  address->family = 6;
  address->port = ntohs(v6.sin6_port);
  address->flow_info = ntohl(v6.sin6_flowinfo);
  address->scope_id = v6.sin6_scope_id;
  take_ipv6(&v6.sin6_addr, address);
  return 1;
}

int c_mio_decode_unix(const c_mio_name *name, c_mio_unix_address *address) {
  memset(address, 0, sizeof *address);
  // For a peer without a name, some systems return nothing, not even the family.
  if (name->length != 0 && family_of(name) != AF_UNIX) return 0;
  unix_name system;
  size_t length = copy(name, &system, sizeof system);
  if (length <= PATH_OFFSET) return 1;
  size_t count = length - PATH_OFFSET;
  if (system.sun_path[0] != 0) {
    address->kind = C_MIO_UNIX_PATH;
    address->count = (uint32_t)strnlen(system.sun_path, count);
    memcpy(address->bytes, system.sun_path, address->count);
  }
#if C_MIO_IS_LINUX
  else {
    address->kind = C_MIO_UNIX_ABSTRACT;
    address->count = (uint32_t)(count - 1);
    memcpy(address->bytes, system.sun_path + 1, address->count);
  }
#endif
  return 1;
}

int c_mio_name_is_empty(const c_mio_name *name) {
  c_mio_unix_address address;
  return c_mio_decode_unix(name, &address) && address.kind == C_MIO_UNIX_UNNAMED;
}

#endif
