#define _GNU_SOURCE
#include "SystemSockets.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

static int decode(const struct sockaddr *address, c_mio_address *out) {
  c_mio_name name = {0};
  if (address && address->sa_family == AF_INET) name.length = sizeof(struct sockaddr_in);
  if (address && address->sa_family == AF_INET6) name.length = sizeof(struct sockaddr_in6);
  if (name.length > 0) memcpy(name.words, address, name.length);
  return c_mio_decode_internet(&name, out);
}

#endif

#if C_MIO_IS_POSIX

#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>

_Static_assert(C_MIO_INTERFACE_NAME_SIZE >= IF_NAMESIZE, "a name fits");

#if !C_MIO_IS_LINUX
// BSDs keep the scope of a link-local address in its second two bytes, and may expose it there.
static void remove_scope(c_mio_address *address) {
  if (address->family == 6 && address->high >> 54 == 0x3fa) address->high &= 0xffff0000ffffffff;
}
#endif

// The mask of an address may have another family than the address, and may be truncated.
static uint32_t prefix_length(const struct ifaddrs *entry, uint32_t family) {
  if (!entry->ifa_netmask) return 0;
  size_t offset = family == 4 ? offsetof(struct sockaddr_in, sin_addr) : offsetof(struct sockaddr_in6, sin6_addr);
  size_t end = offset + (family == 4 ? sizeof(struct in_addr) : sizeof(struct in6_addr));
#if !C_MIO_IS_LINUX
  if (end > entry->ifa_netmask->sa_len) end = entry->ifa_netmask->sa_len;
#endif
  uint32_t bits = 0;
  for (size_t i = offset; i < end; i++)
    bits += (uint32_t)__builtin_popcount(((const uint8_t *)entry->ifa_netmask)[i]);
  return bits;
}

static void fill(c_mio_interface *interface, const struct ifaddrs *entry) {
  snprintf(interface->name, sizeof interface->name, "%s", entry->ifa_name);
  interface->index = if_nametoindex(entry->ifa_name);
  interface->flags = (entry->ifa_flags & IFF_UP ? C_MIO_INTERFACE_UP : 0) |
                     (entry->ifa_flags & IFF_LOOPBACK ? C_MIO_INTERFACE_LOOPBACK : 0) |
                     (entry->ifa_flags & IFF_MULTICAST ? C_MIO_INTERFACE_MULTICAST : 0);
  if (decode(entry->ifa_addr, &interface->address))
    interface->prefix_length = prefix_length(entry, interface->address.family);
#if !C_MIO_IS_LINUX
  remove_scope(&interface->address);
#endif
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

#include "CMioLibrary.h"
#include <iphlpapi.h>
#include <netioapi.h>

typedef __typeof__(&GetAdaptersAddresses) get_adapters;
typedef __typeof__(&if_nametoindex) name_to_index;
typedef __typeof__(&if_indextoname) index_to_name;
C_MIO_LIBRARY_FUNCTION(get_adapters, "iphlpapi.dll", GetAdaptersAddresses)
C_MIO_LIBRARY_FUNCTION(name_to_index, "iphlpapi.dll", if_nametoindex)
C_MIO_LIBRARY_FUNCTION(index_to_name, "iphlpapi.dll", if_indextoname)

_Static_assert(C_MIO_INTERFACE_NAME_SIZE >= IF_MAX_STRING_SIZE, "a name fits");

enum { FLAGS = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER };
enum { ROOM = 15000, ATTEMPTS = 8 }; // as Microsoft recommends

// Returns all adapters in memory of the heap.
static intptr_t get(IP_ADAPTER_ADDRESSES **adapters) {
  if (!GetAdaptersAddresses_function()) return -WSAEOPNOTSUPP;
  ULONG size = ROOM, error = ERROR_BUFFER_OVERFLOW;
  for (int attempt = 0; attempt < ATTEMPTS && error == ERROR_BUFFER_OVERFLOW; attempt++) {
    *adapters = HeapAlloc(GetProcessHeap(), 0, size);
    if (!*adapters) return -C_MIO_ENOMEM;
    error = GetAdaptersAddresses_function()(AF_UNSPEC, FLAGS, NULL, *adapters, &size);
    if (error != ERROR_SUCCESS) HeapFree(GetProcessHeap(), 0, *adapters);
  }
  return -(intptr_t)error;
}

static c_mio_interface describe(const IP_ADAPTER_ADDRESSES *adapter) {
  c_mio_interface entry;
  memset(&entry, 0, sizeof entry);
  entry.index = adapter->IfIndex ? adapter->IfIndex : adapter->Ipv6IfIndex;
  c_mio_interface_name(entry.index, entry.name);
  entry.flags = (adapter->OperStatus == IfOperStatusUp ? C_MIO_INTERFACE_UP : 0) |
                    (adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK ? C_MIO_INTERFACE_LOOPBACK : 0) |
                    (adapter->Flags & IP_ADAPTER_NO_MULTICAST ? 0 : C_MIO_INTERFACE_MULTICAST);
  return entry;
}

intptr_t c_mio_list_interfaces(c_mio_interface *interfaces, size_t capacity) {
  IP_ADAPTER_ADDRESSES *first;
  intptr_t result = get(&first);
  // Windows returns an error if there is no adapter.
  if (result < 0) return result == -ERROR_NO_DATA ? 0 : result;
  size_t count = 0;
  for (const IP_ADAPTER_ADDRESSES *adapter = first; adapter; adapter = adapter->Next) {
    c_mio_interface entry = describe(adapter);
    if (!adapter->FirstUnicastAddress) {
      if (count < capacity) interfaces[count] = entry;
      count++;
    }
    for (const IP_ADAPTER_UNICAST_ADDRESS *unicast = adapter->FirstUnicastAddress; unicast;
         unicast = unicast->Next, count++) {
      if (count >= capacity) continue;
      if (decode(unicast->Address.lpSockaddr, &entry.address))
        entry.prefix_length = unicast->OnLinkPrefixLength;
      interfaces[count] = entry;
    }
  }
  HeapFree(GetProcessHeap(), 0, first);
  return (intptr_t)count;
}

intptr_t c_mio_interface_index(const char *name) {
  if (!if_nametoindex_function()) return -WSAEOPNOTSUPP;
  NET_IFINDEX index = if_nametoindex_function()(name);
  return index == 0 ? -C_MIO_ENOENT : (intptr_t)index;
}

intptr_t c_mio_interface_name(uint32_t index, char name[C_MIO_INTERFACE_NAME_SIZE]) {
  if (!if_indextoname_function()) return -WSAEOPNOTSUPP;
  return if_indextoname_function()(index, name) ? 0 : -C_MIO_ENOENT;
}

#endif
