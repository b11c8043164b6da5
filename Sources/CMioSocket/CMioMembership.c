#define _GNU_SOURCE
#include "SystemSockets.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

#if defined(MCAST_JOIN_GROUP)
#define HAS_PROTOCOL_INDEPENDENT_GROUPS 1 // RFC 3678
#else
#define HAS_PROTOCOL_INDEPENDENT_GROUPS 0
#endif

static intptr_t set_v4(intptr_t socket, int name, const c_mio_membership *membership) {
  c_mio_option option = {IPPROTO_IP, name, C_MIO_OPTION_PLAIN};
  struct ip_mreq request = {.imr_multiaddr.s_addr = htonl((uint32_t)membership->group.low),
                            .imr_interface.s_addr = htonl(membership->interface_v4)};
  return c_mio_set_option(socket, option, &request, sizeof request);
}

static intptr_t set_v6(intptr_t socket, int name, const c_mio_membership *membership) {
  c_mio_option option = {IPPROTO_IPV6, name, C_MIO_OPTION_PLAIN};
  struct ipv6_mreq request = {.ipv6mr_interface = membership->interface};
  put_ipv6(&membership->group, &request.ipv6mr_multiaddr);
  return c_mio_set_option(socket, option, &request, sizeof request);
}

#if HAS_PROTOCOL_INDEPENDENT_GROUPS

static int level(const c_mio_membership *membership) {
  return membership->group.family == 4 ? IPPROTO_IP : IPPROTO_IPV6;
}

static void put_name(const c_mio_address *address, void *room) {
  c_mio_name name;
  c_mio_encode_internet(address, &name);
  memcpy(room, name.words, name.length);
}

static intptr_t set_by_index(intptr_t socket, int name, const c_mio_membership *membership) {
  struct group_req request = {.gr_interface = membership->interface};
  put_name(&membership->group, &request.gr_group);
  c_mio_option option = {level(membership), name, C_MIO_OPTION_PLAIN};
  return c_mio_set_option(socket, option, &request, sizeof request);
}

static intptr_t set_source(intptr_t socket, int name, const c_mio_membership *membership) {
  struct group_source_req request = {.gsr_interface = membership->interface};
  put_name(&membership->group, &request.gsr_group);
  put_name(&membership->source, &request.gsr_source);
  c_mio_option option = {level(membership), name, C_MIO_OPTION_PLAIN};
  return c_mio_set_option(socket, option, &request, sizeof request);
}

#else

enum { MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP };

#if defined(__OpenBSD__)
static intptr_t set_by_index(intptr_t socket, int name, const c_mio_membership *membership) {
  c_mio_option option = {
      IPPROTO_IP, name == MCAST_JOIN_GROUP ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, C_MIO_OPTION_PLAIN};
  struct ip_mreqn request = {.imr_multiaddr.s_addr = htonl((uint32_t)membership->group.low),
                             .imr_ifindex = (int)membership->interface};
  return c_mio_set_option(socket, option, &request, sizeof request);
}
#else
// NetBSD takes an address of network 0 as an index: ip(4).
static intptr_t set_by_index(intptr_t socket, int name, const c_mio_membership *membership) {
  if (membership->interface >> 24 != 0) return -C_MIO_EADDRNOTAVAIL;
  c_mio_membership by_address = *membership;
  by_address.interface_v4 = membership->interface;
  return set_v4(socket, name == MCAST_JOIN_GROUP ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &by_address);
}
#endif

static intptr_t set_source(intptr_t socket, int name, const c_mio_membership *membership) {
  (void)socket, (void)name, (void)membership;
  return -C_MIO_EOPNOTSUPP;
}

#endif

intptr_t c_mio_join_group(intptr_t socket, const c_mio_membership *membership) {
  if (membership->source.family != 0) return set_source(socket, MCAST_JOIN_SOURCE_GROUP, membership);
  if (membership->group.family == 6) return set_v6(socket, IPV6_JOIN_GROUP, membership);
  return membership->interface != 0 ? set_by_index(socket, MCAST_JOIN_GROUP, membership)
                                    : set_v4(socket, IP_ADD_MEMBERSHIP, membership);
}

intptr_t c_mio_leave_group(intptr_t socket, const c_mio_membership *membership) {
  if (membership->source.family != 0) return set_source(socket, MCAST_LEAVE_SOURCE_GROUP, membership);
  if (membership->group.family == 6) return set_v6(socket, IPV6_LEAVE_GROUP, membership);
  return membership->interface != 0 ? set_by_index(socket, MCAST_LEAVE_GROUP, membership)
                                    : set_v4(socket, IP_DROP_MEMBERSHIP, membership);
}

#endif
