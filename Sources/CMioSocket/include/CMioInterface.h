// Network interfaces.
#ifndef C_MIO_INTERFACE_H
#define C_MIO_INTERFACE_H

#include "CMioName.h"

// IF_NAMESIZE
#if C_MIO_HAS_WINSOCK
enum { C_MIO_INTERFACE_NAME_SIZE = 256 };
#else
enum { C_MIO_INTERFACE_NAME_SIZE = 16 };
#endif

static const uint32_t C_MIO_INTERFACE_UP = 1;        // IFF_UP
static const uint32_t C_MIO_INTERFACE_LOOPBACK = 2;  // IFF_LOOPBACK
static const uint32_t C_MIO_INTERFACE_MULTICAST = 4; // IFF_MULTICAST

// An interface and one of its addresses.
typedef struct c_mio_interface {
  char name[C_MIO_INTERFACE_NAME_SIZE];
  uint32_t index;
  uint32_t flags;        // C_MIO_INTERFACE_…
  c_mio_address address; // family 0 for none
  uint32_t prefix_length; // number of bits that identify the network
} c_mio_interface;

// getifaddrs(3), GetAdaptersAddresses: stores up to `capacity` entries, and returns the total
// number of entries.
intptr_t c_mio_list_interfaces(c_mio_interface *interfaces, size_t capacity);

// if_nametoindex(3): returns the index.
intptr_t c_mio_interface_index(const char *name);

// if_indextoname(3).
intptr_t c_mio_interface_name(uint32_t index, char name[C_MIO_INTERFACE_NAME_SIZE]);

#endif
