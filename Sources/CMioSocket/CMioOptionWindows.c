#include "SystemSockets.h"

#if C_MIO_HAS_WINSOCK

#define OPTION_OF(function, level, name, way) \
  c_mio_option function(void) { return (c_mio_option){level, name, way}; }
#define OPTION(function, level, name) OPTION_OF(function, level, name, C_MIO_OPTION_PLAIN)
#define NO_OPTION(function) OPTION_OF(function, 0, 0, C_MIO_OPTION_MISSING)

OPTION(c_mio_option_error, SOL_SOCKET, SO_ERROR)
OPTION(c_mio_option_reuse_address, SOL_SOCKET, SO_REUSEADDR)
NO_OPTION(c_mio_option_reuse_port)
NO_OPTION(c_mio_option_shared_port)
OPTION(c_mio_option_receive_buffer, SOL_SOCKET, SO_RCVBUF)
OPTION(c_mio_option_send_buffer, SOL_SOCKET, SO_SNDBUF)
OPTION(c_mio_option_is_listening, SOL_SOCKET, SO_ACCEPTCONN)

OPTION(c_mio_option_keep_alive, SOL_SOCKET, SO_KEEPALIVE)
OPTION(c_mio_option_keep_idle, IPPROTO_TCP, C_MIO_TCP_KEEPIDLE)
OPTION(c_mio_option_keep_interval, IPPROTO_TCP, C_MIO_TCP_KEEPINTVL)
OPTION(c_mio_option_keep_count, IPPROTO_TCP, C_MIO_TCP_KEEPCNT)
OPTION_OF(c_mio_option_linger, SOL_SOCKET, SO_LINGER, C_MIO_OPTION_SHORT_LINGER)
OPTION(c_mio_option_no_delay, IPPROTO_TCP, TCP_NODELAY)
OPTION(c_mio_option_user_timeout, IPPROTO_TCP, C_MIO_TCP_MAXRTMS)

OPTION(c_mio_option_time_to_live, IPPROTO_IP, IP_TTL)
OPTION(c_mio_option_hop_limit, IPPROTO_IPV6, IPV6_UNICAST_HOPS)
OPTION(c_mio_option_type_of_service, IPPROTO_IP, IP_TOS)
OPTION(c_mio_option_traffic_class, IPPROTO_IPV6, C_MIO_IPV6_TCLASS)
OPTION(c_mio_option_only_v6, IPPROTO_IPV6, IPV6_V6ONLY)

OPTION(c_mio_option_broadcast, SOL_SOCKET, SO_BROADCAST)
OPTION(c_mio_option_multicast_loop_v4, IPPROTO_IP, IP_MULTICAST_LOOP)
OPTION(c_mio_option_multicast_ttl_v4, IPPROTO_IP, IP_MULTICAST_TTL)
OPTION(c_mio_option_multicast_interface_v4, IPPROTO_IP, IP_MULTICAST_IF)
OPTION(c_mio_option_multicast_loop_v6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP)
OPTION(c_mio_option_multicast_hops_v6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS)
OPTION(c_mio_option_multicast_interface_v6, IPPROTO_IPV6, IPV6_MULTICAST_IF)
OPTION(c_mio_option_segment_size, IPPROTO_UDP, C_MIO_UDP_SEND_MSG_SIZE)
OPTION_OF(c_mio_option_receive_offload, IPPROTO_UDP, C_MIO_UDP_RECV_MAX_COALESCED_SIZE, C_MIO_OPTION_LENGTH)
OPTION(c_mio_option_receive_type_of_service, IPPROTO_IP, C_MIO_IP_RECVTOS)
OPTION(c_mio_option_receive_traffic_class, IPPROTO_IPV6, C_MIO_IPV6_RECVTCLASS)
OPTION(c_mio_option_receive_packet_info_v4, IPPROTO_IP, IP_PKTINFO)
OPTION(c_mio_option_receive_packet_info_v6, IPPROTO_IPV6, IPV6_PKTINFO)
OPTION_OF(c_mio_option_report_unreachable, 0, (int32_t)C_MIO_SIO_UDP_CONNRESET, C_MIO_OPTION_CONTROL)

OPTION_OF(c_mio_option_interface_v4, IPPROTO_IP, IP_UNICAST_IF, C_MIO_OPTION_NETWORK_ORDER)
OPTION(c_mio_option_interface_v6, IPPROTO_IPV6, IPV6_UNICAST_IF)
OPTION(c_mio_option_path_discovery_v4, IPPROTO_IP, IP_MTU_DISCOVER)
OPTION(c_mio_option_path_discovery_v6, IPPROTO_IPV6, IPV6_MTU_DISCOVER)
OPTION(c_mio_option_path_mtu_v4, IPPROTO_IP, IP_MTU)
OPTION(c_mio_option_path_mtu_v6, IPPROTO_IPV6, IPV6_MTU)
OPTION(c_mio_option_fast_open, IPPROTO_TCP, C_MIO_TCP_FASTOPEN)

NO_OPTION(c_mio_option_pass_credentials)
NO_OPTION(c_mio_option_transparent_v4)
NO_OPTION(c_mio_option_transparent_v6)
NO_OPTION(c_mio_option_free_bind_v4)
NO_OPTION(c_mio_option_free_bind_v6)
NO_OPTION(c_mio_option_mark)
NO_OPTION(c_mio_option_receive_timestamp)
NO_OPTION(c_mio_option_cork)
NO_OPTION(c_mio_option_unsent_limit)
NO_OPTION(c_mio_option_congestion_control)
NO_OPTION(c_mio_option_defer_accept)
NO_OPTION(c_mio_option_fast_open_connect) // only ConnectEx sends data with the request

// IP_PMTUDISC_DONT, IP_PMTUDISC_NOT_SET, IP_PMTUDISC_DO and IP_PMTUDISC_PROBE of ws2ipdef.h.
int32_t c_mio_path_discovery(uint32_t mode) {
  static const int32_t numbers[] = {2, 0, 1, 3};
  return numbers[mode];
}

// A value is one word of the caller. Only the value of SO_LINGER has two words.

static intptr_t get_linger(SOCKET socket, void *value) {
  struct linger linger = {0, 0};
  int length = sizeof linger;
  intptr_t result = c_mio_winsock_result(
      WINSOCK(getsockopt)(socket, SOL_SOCKET, SO_LINGER, (char *)&linger, &length));
  if (result < 0) return result;
  int32_t words[2] = {linger.l_onoff, linger.l_linger};
  memcpy(value, words, sizeof words);
  return sizeof words;
}

static intptr_t set_linger(SOCKET socket, const void *value) {
  int32_t words[2];
  memcpy(words, value, sizeof words);
  if (words[1] < 0 || words[1] > UINT16_MAX) return -WSAEINVAL;
  struct linger linger = {words[0] != 0, (u_short)words[1]};
  return c_mio_winsock_result(WINSOCK(setsockopt)(socket, SOL_SOCKET, SO_LINGER,
                                                  (const char *)&linger, sizeof linger));
}

intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size) {
  if (option.way == C_MIO_OPTION_MISSING || option.way == C_MIO_OPTION_CONTROL) return -WSAEOPNOTSUPP;
  if (option.way == C_MIO_OPTION_SHORT_LINGER) return get_linger((SOCKET)socket, value);
  int length = (int)size;
  intptr_t result = c_mio_winsock_result(
      WINSOCK(getsockopt)((SOCKET)socket, option.level, option.name, value, &length));
  if (result < 0) return result;
  if (option.way == C_MIO_OPTION_NETWORK_ORDER) {
    uint32_t number;
    memcpy(&number, value, sizeof number);
    number = ntohl(number);
    memcpy(value, &number, sizeof number);
  }
  return (intptr_t)length;
}

static intptr_t set_number(SOCKET socket, c_mio_option option, const void *value) {
  uint32_t number;
  memcpy(&number, value, sizeof number);
  if (option.way == C_MIO_OPTION_CONTROL) return c_mio_report_unreachable(socket, number != 0);
  if (option.way == C_MIO_OPTION_NETWORK_ORDER) number = htonl(number);
  if (option.way == C_MIO_OPTION_LENGTH && number == 1) number = UINT16_MAX;
  return c_mio_winsock_result(WINSOCK(setsockopt)(socket, option.level, option.name,
                                                  (const char *)&number, sizeof number));
}

intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size) {
  if (option.way == C_MIO_OPTION_MISSING) return -WSAEOPNOTSUPP;
  if (option.way == C_MIO_OPTION_SHORT_LINGER) return set_linger((SOCKET)socket, value);
  if (option.way != C_MIO_OPTION_PLAIN) return set_number((SOCKET)socket, option, value);
  return c_mio_winsock_result(
      WINSOCK(setsockopt)((SOCKET)socket, option.level, option.name, value, (int)size));
}

#endif
