#define _GNU_SOURCE
#include "SystemSockets.h"

#if C_MIO_IS_POSIX

#include <ifaddrs.h>
#include <net/if.h>

_Static_assert(C_MIO_INTERFACE_NAME_SIZE >= IF_NAMESIZE, "a name fits");

static int decode(const struct sockaddr *address, c_mio_address *out) {
  c_mio_name name = {0};
  memset(out, 0, sizeof *out);
  if (!address) return 0;
  if (address->sa_family == AF_INET) name.length = sizeof(struct sockaddr_in);
  if (address->sa_family == AF_INET6) name.length = sizeof(struct sockaddr_in6);
  memcpy(name.words, address, name.length);
  return c_mio_decode_internet(&name, out);
}

// BSDs keep the scope of a link-local address in its second two bytes, and may show it.
static void remove_scope(c_mio_address *address) {
  if (address->family == 6 && address->high >> 54 == 0x3fa) address->high &= 0xffff0000ffffffff;
}

// The mask of an address may have a family of its own, or be cut.
static uint32_t prefix_length(const struct ifaddrs *entry, uint32_t family) {
  if (!entry->ifa_netmask) return 0;
  size_t offset = family == 4 ? offsetof(struct sockaddr_in, sin_addr) : offsetof(struct sockaddr_in6, sin6_addr);
  size_t end = offset + (family == 4 ? 4 : 16);
#if !C_MIO_IS_LINUX
  if (end > entry->ifa_netmask->sa_len) end = entry->ifa_netmask->sa_len;
#endif
  uint32_t bits = 0;
  for (size_t i = offset; i < end; i++)
    bits += (uint32_t)__builtin_popcount(((const uint8_t *)entry->ifa_netmask)[i]);
  return bits;
}

static void fill(c_mio_interface *interface, const struct ifaddrs *entry) {
  memset(interface, 0, sizeof *interface);
  strncpy(interface->name, entry->ifa_name, sizeof interface->name - 1);
  interface->index = if_nametoindex(entry->ifa_name);
  interface->flags = (entry->ifa_flags & IFF_UP ? C_MIO_INTERFACE_UP : 0) |
                     (entry->ifa_flags & IFF_LOOPBACK ? C_MIO_INTERFACE_LOOPBACK : 0) |
                     (entry->ifa_flags & IFF_MULTICAST ? C_MIO_INTERFACE_MULTICAST : 0);
  if (!decode(entry->ifa_addr, &interface->address)) return;
  interface->prefix_length = prefix_length(entry, interface->address.family);
  remove_scope(&interface->address);
}

intptr_t c_mio_list_interfaces(c_mio_interface *interfaces, size_t capacity) {
  struct ifaddrs *first;
  if (getifaddrs(&first) < 0) return -errno;
  size_t count = 0;
  for (const struct ifaddrs *entry = first; entry; entry = entry->ifa_next, count++) {
    if (count < capacity) fill(&interfaces[count], entry);
  }
  freeifaddrs(first);
  return (intptr_t)count;
}

intptr_t c_mio_interface_index(const char *name) {
  unsigned index = if_nametoindex(name);
  return index == 0 ? -errno : (intptr_t)index;
}

intptr_t c_mio_interface_name(uint32_t index, char name[C_MIO_INTERFACE_NAME_SIZE]) {
  return if_indextoname(index, name) ? 0 : -errno;
}

#elif C_MIO_HAS_WINSOCK

// They are in iphlpapi.dll, and have names of another kind.

intptr_t c_mio_list_interfaces(c_mio_interface *interfaces, size_t capacity) {
  (void)interfaces, (void)capacity;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_interface_index(const char *name) {
  (void)name;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_interface_name(uint32_t index, char name[C_MIO_INTERFACE_NAME_SIZE]) {
  (void)index, (void)name;
  return -WSAEOPNOTSUPP;
}

#endif
