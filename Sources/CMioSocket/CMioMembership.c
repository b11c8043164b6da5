#include "SystemSockets.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

intptr_t c_mio_set_membership(intptr_t socket, const c_mio_address *group,
                              const c_mio_address *interface, uint32_t index, int is_member) {
  if (group->family == 4) {
    c_mio_option option = {IPPROTO_IP, is_member ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP};
    struct ip_mreq request = {.imr_multiaddr.s_addr = htonl((uint32_t)group->low),
                              .imr_interface.s_addr = htonl((uint32_t)interface->low)};
    return c_mio_set_option(socket, option, &request, sizeof request);
  }
  c_mio_option option = {IPPROTO_IPV6, is_member ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP};
  struct ipv6_mreq request = {.ipv6mr_interface = index};
  put_ipv6(group, &request.ipv6mr_multiaddr);
  return c_mio_set_option(socket, option, &request, sizeof request);
}

#endif
