#define _GNU_SOURCE
#define __APPLE_USE_RFC_3542
#include "CMioSocket.h"

#if C_MIO_IS_POSIX

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/un.h>

// Constants of Linux that not every C library defines.
#if defined(__linux__)
#define UDP_SEGMENT 103
#define UDP_GRO 104
#define SO_BINDTOIFINDEX 62
#define TCP_FASTOPEN_CONNECT 30
#define IPV6_FREEBIND 78
#define IPV6_TRANSPARENT 75
#endif

#define OPTION(function, level, name) \
  c_mio_option function(void) { return (c_mio_option){level, name, C_MIO_OPTION_PLAIN}; }
#define NO_OPTION(function) \
  c_mio_option function(void) { return (c_mio_option){0, 0, C_MIO_OPTION_MISSING}; }

OPTION(c_mio_option_error, SOL_SOCKET, SO_ERROR)
OPTION(c_mio_option_reuse_address, SOL_SOCKET, SO_REUSEADDR)
OPTION(c_mio_option_keep_alive, SOL_SOCKET, SO_KEEPALIVE)
OPTION(c_mio_option_receive_buffer, SOL_SOCKET, SO_RCVBUF)
OPTION(c_mio_option_send_buffer, SOL_SOCKET, SO_SNDBUF)
OPTION(c_mio_option_no_delay, IPPROTO_TCP, TCP_NODELAY)
OPTION(c_mio_option_time_to_live, IPPROTO_IP, IP_TTL)
OPTION(c_mio_option_hop_limit, IPPROTO_IPV6, IPV6_UNICAST_HOPS)
OPTION(c_mio_option_type_of_service, IPPROTO_IP, IP_TOS)
OPTION(c_mio_option_traffic_class, IPPROTO_IPV6, IPV6_TCLASS)
OPTION(c_mio_option_only_v6, IPPROTO_IPV6, IPV6_V6ONLY)

// SO_REUSEPORT of FreeBSD does not share the load.
#if defined(SO_REUSEPORT_LB)
OPTION(c_mio_option_reuse_port, SOL_SOCKET, SO_REUSEPORT_LB)
#elif defined(SO_REUSEPORT)
OPTION(c_mio_option_reuse_port, SOL_SOCKET, SO_REUSEPORT)
#else
NO_OPTION(c_mio_option_reuse_port)
#endif

#if defined(SO_REUSEPORT)
OPTION(c_mio_option_shared_port, SOL_SOCKET, SO_REUSEPORT)
#else
NO_OPTION(c_mio_option_shared_port)
#endif

// SO_LINGER of Apple's systems counts clock ticks.
#if defined(SO_LINGER_SEC)
OPTION(c_mio_option_linger, SOL_SOCKET, SO_LINGER_SEC)
#else
OPTION(c_mio_option_linger, SOL_SOCKET, SO_LINGER)
#endif

#if defined(TCP_KEEPIDLE)
OPTION(c_mio_option_keep_idle, IPPROTO_TCP, TCP_KEEPIDLE)
#elif defined(TCP_KEEPALIVE)
OPTION(c_mio_option_keep_idle, IPPROTO_TCP, TCP_KEEPALIVE)
#else
NO_OPTION(c_mio_option_keep_idle)
#endif

#if defined(TCP_KEEPINTVL)
OPTION(c_mio_option_keep_interval, IPPROTO_TCP, TCP_KEEPINTVL)
#else
NO_OPTION(c_mio_option_keep_interval)
#endif

#if defined(TCP_KEEPCNT)
OPTION(c_mio_option_keep_count, IPPROTO_TCP, TCP_KEEPCNT)
#else
NO_OPTION(c_mio_option_keep_count)
#endif

#if defined(TCP_USER_TIMEOUT)
OPTION(c_mio_option_user_timeout, IPPROTO_TCP, TCP_USER_TIMEOUT)
#else
NO_OPTION(c_mio_option_user_timeout)
#endif

OPTION(c_mio_option_is_listening, SOL_SOCKET, SO_ACCEPTCONN)

OPTION(c_mio_option_broadcast, SOL_SOCKET, SO_BROADCAST)
OPTION(c_mio_option_multicast_loop_v4, IPPROTO_IP, IP_MULTICAST_LOOP)
OPTION(c_mio_option_multicast_ttl_v4, IPPROTO_IP, IP_MULTICAST_TTL)
OPTION(c_mio_option_multicast_interface_v4, IPPROTO_IP, IP_MULTICAST_IF)
OPTION(c_mio_option_multicast_loop_v6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP)
OPTION(c_mio_option_multicast_hops_v6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS)
OPTION(c_mio_option_multicast_interface_v6, IPPROTO_IPV6, IPV6_MULTICAST_IF)
OPTION(c_mio_option_receive_traffic_class, IPPROTO_IPV6, IPV6_RECVTCLASS)
OPTION(c_mio_option_receive_packet_info_v6, IPPROTO_IPV6, IPV6_RECVPKTINFO)

#if defined(UDP_SEGMENT)
OPTION(c_mio_option_segment_size, IPPROTO_UDP, UDP_SEGMENT)
OPTION(c_mio_option_receive_offload, IPPROTO_UDP, UDP_GRO)
#else
NO_OPTION(c_mio_option_segment_size)
NO_OPTION(c_mio_option_receive_offload)
#endif

#if defined(IP_RECVTOS)
OPTION(c_mio_option_receive_type_of_service, IPPROTO_IP, IP_RECVTOS)
#else
NO_OPTION(c_mio_option_receive_type_of_service)
#endif

#if defined(IP_RECVPKTINFO) && !defined(__linux__)
OPTION(c_mio_option_receive_packet_info_v4, IPPROTO_IP, IP_RECVPKTINFO)
#elif defined(IP_PKTINFO)
OPTION(c_mio_option_receive_packet_info_v4, IPPROTO_IP, IP_PKTINFO)
#else
OPTION(c_mio_option_receive_packet_info_v4, IPPROTO_IP, IP_RECVDSTADDR)
#endif

#if defined(__linux__)
OPTION(c_mio_option_pass_credentials, SOL_SOCKET, SO_PASSCRED)
#elif defined(LOCAL_CREDS_PERSISTENT)
OPTION(c_mio_option_pass_credentials, SOL_LOCAL, LOCAL_CREDS_PERSISTENT)
#elif defined(__NetBSD__)
OPTION(c_mio_option_pass_credentials, SOL_LOCAL, LOCAL_CREDS)
#else
NO_OPTION(c_mio_option_pass_credentials)
#endif

// The index of an interface. Linux has SO_BINDTOIFINDEX since 5.1. The older SO_BINDTODEVICE takes
// a name.
#if defined(SO_BINDTOIFINDEX)
OPTION(c_mio_option_interface_v4, SOL_SOCKET, SO_BINDTOIFINDEX)
OPTION(c_mio_option_interface_v6, SOL_SOCKET, SO_BINDTOIFINDEX)
#elif defined(IP_BOUND_IF)
OPTION(c_mio_option_interface_v4, IPPROTO_IP, IP_BOUND_IF)
OPTION(c_mio_option_interface_v6, IPPROTO_IPV6, IPV6_BOUND_IF)
#else
NO_OPTION(c_mio_option_interface_v4)
NO_OPTION(c_mio_option_interface_v6)
#endif

// BSDs and Apple's systems have a switch, which leaves path MTU discovery to the program.
#if defined(IP_MTU_DISCOVER)
OPTION(c_mio_option_path_discovery_v4, IPPROTO_IP, IP_MTU_DISCOVER)
OPTION(c_mio_option_path_discovery_v6, IPPROTO_IPV6, IPV6_MTU_DISCOVER)
int32_t c_mio_path_discovery(uint32_t mode) {
  static const int32_t numbers[] = {IP_PMTUDISC_DONT, IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_PROBE};
  return numbers[mode];
}
#else
#if defined(IP_DONTFRAG)
OPTION(c_mio_option_path_discovery_v4, IPPROTO_IP, IP_DONTFRAG)
#else
NO_OPTION(c_mio_option_path_discovery_v4)
#endif
OPTION(c_mio_option_path_discovery_v6, IPPROTO_IPV6, IPV6_DONTFRAG)
int32_t c_mio_path_discovery(uint32_t mode) {
  static const int32_t numbers[] = {0, -1, -1, 1};
  return numbers[mode];
}
#endif

#if defined(IP_MTU)
OPTION(c_mio_option_path_mtu_v4, IPPROTO_IP, IP_MTU)
OPTION(c_mio_option_path_mtu_v6, IPPROTO_IPV6, IPV6_MTU)
#else
NO_OPTION(c_mio_option_path_mtu_v4)
OPTION(c_mio_option_path_mtu_v6, IPPROTO_IPV6, IPV6_PATHMTU)
#endif

#if defined(IP_TRANSPARENT)
OPTION(c_mio_option_transparent_v4, IPPROTO_IP, IP_TRANSPARENT)
OPTION(c_mio_option_transparent_v6, IPPROTO_IPV6, IPV6_TRANSPARENT)
#elif defined(IP_BINDANY)
OPTION(c_mio_option_transparent_v4, IPPROTO_IP, IP_BINDANY)
OPTION(c_mio_option_transparent_v6, IPPROTO_IPV6, IPV6_BINDANY)
#elif defined(SO_BINDANY)
OPTION(c_mio_option_transparent_v4, SOL_SOCKET, SO_BINDANY)
OPTION(c_mio_option_transparent_v6, SOL_SOCKET, SO_BINDANY)
#else
NO_OPTION(c_mio_option_transparent_v4)
NO_OPTION(c_mio_option_transparent_v6)
#endif

#if defined(IP_FREEBIND)
OPTION(c_mio_option_free_bind_v4, IPPROTO_IP, IP_FREEBIND)
OPTION(c_mio_option_free_bind_v6, IPPROTO_IPV6, IPV6_FREEBIND)
#else
NO_OPTION(c_mio_option_free_bind_v4)
NO_OPTION(c_mio_option_free_bind_v6)
#endif

#if defined(SO_MARK)
OPTION(c_mio_option_mark, SOL_SOCKET, SO_MARK)
#elif defined(SO_USER_COOKIE)
OPTION(c_mio_option_mark, SOL_SOCKET, SO_USER_COOKIE)
#else
NO_OPTION(c_mio_option_mark)
#endif

#if defined(SO_TIMESTAMPNS)
OPTION(c_mio_option_receive_timestamp, SOL_SOCKET, SO_TIMESTAMPNS)
#elif defined(SO_BINTIME)
OPTION(c_mio_option_receive_timestamp, SOL_SOCKET, SO_BINTIME)
#else
OPTION(c_mio_option_receive_timestamp, SOL_SOCKET, SO_TIMESTAMP)
#endif

#if defined(TCP_CORK)
OPTION(c_mio_option_cork, IPPROTO_TCP, TCP_CORK)
#elif defined(TCP_NOPUSH) && !defined(__NetBSD__) // NetBSD reserves the number
OPTION(c_mio_option_cork, IPPROTO_TCP, TCP_NOPUSH)
#else
NO_OPTION(c_mio_option_cork)
#endif

#if defined(TCP_NOTSENT_LOWAT)
OPTION(c_mio_option_unsent_limit, IPPROTO_TCP, TCP_NOTSENT_LOWAT)
#else
NO_OPTION(c_mio_option_unsent_limit)
#endif

#if defined(TCP_CONGESTION)
OPTION(c_mio_option_congestion_control, IPPROTO_TCP, TCP_CONGESTION)
#elif defined(TCP_CONGCTL)
OPTION(c_mio_option_congestion_control, IPPROTO_TCP, TCP_CONGCTL)
#else
NO_OPTION(c_mio_option_congestion_control)
#endif

#if defined(TCP_DEFER_ACCEPT)
OPTION(c_mio_option_defer_accept, IPPROTO_TCP, TCP_DEFER_ACCEPT)
#else
NO_OPTION(c_mio_option_defer_accept)
#endif

#if defined(TCP_FASTOPEN)
OPTION(c_mio_option_fast_open, IPPROTO_TCP, TCP_FASTOPEN)
#else
NO_OPTION(c_mio_option_fast_open)
#endif

#if defined(TCP_FASTOPEN_CONNECT)
OPTION(c_mio_option_fast_open_connect, IPPROTO_TCP, TCP_FASTOPEN_CONNECT)
#else
NO_OPTION(c_mio_option_fast_open_connect)
#endif

// On these systems a connected socket always reports the error, and an unconnected socket never
// does.
NO_OPTION(c_mio_option_report_unreachable)

#if !defined(__linux__)

// BSDs store these two options of IPv4 in a byte. Linux also accepts an int. A caller that passes
// one byte already follows the BSD layout.
static int is_byte(c_mio_option option, size_t size) {
  return size == sizeof(int32_t) && option.level == IPPROTO_IP &&
         (option.name == IP_MULTICAST_LOOP || option.name == IP_MULTICAST_TTL);
}

// The bytes of the caller may be unaligned.
static intptr_t put_number(int32_t number, void *value) {
  memcpy(value, &number, sizeof number);
  return sizeof number;
}

static intptr_t get_byte(int socket, c_mio_option option, void *value) {
  unsigned char byte = 0;
  socklen_t length = sizeof byte;
  if (getsockopt(socket, option.level, option.name, &byte, &length) < 0) return -errno;
  return put_number(byte, value);
}

static intptr_t set_byte(int socket, c_mio_option option, const void *bytes) {
  int32_t value;
  memcpy(&value, bytes, sizeof value);
  if (value < 0 || value > UINT8_MAX) return -EINVAL;
  unsigned char byte = (unsigned char)value;
  return C_MIO_RESULT(setsockopt(socket, option.level, option.name, &byte, sizeof byte));
}

// IPV6_PATHMTU returns a structure, not only a number.
static int is_path_mtu(c_mio_option option, size_t size) {
  c_mio_option path_mtu = c_mio_option_path_mtu_v6();
  return path_mtu.name == IPV6_PATHMTU && option.level == IPPROTO_IPV6 &&
         option.name == IPV6_PATHMTU && size == sizeof(int32_t);
}

static intptr_t get_path_mtu(int socket, void *value) {
  struct ip6_mtuinfo info;
  socklen_t length = sizeof info;
  if (getsockopt(socket, IPPROTO_IPV6, IPV6_PATHMTU, &info, &length) < 0) return -errno;
  return put_number((int32_t)info.ip6m_mtu, value);
}

#endif

intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size) {
  if (option.way == C_MIO_OPTION_MISSING) return -EOPNOTSUPP;
#if !defined(__linux__)
  if (is_byte(option, size)) return get_byte((int)socket, option, value);
  if (is_path_mtu(option, size)) return get_path_mtu((int)socket, value);
#endif
  socklen_t length = (socklen_t)size;
  if (getsockopt((int)socket, option.level, option.name, value, &length) < 0) return -errno;
  return (intptr_t)length;
}

intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size) {
  if (option.way == C_MIO_OPTION_MISSING) return -EOPNOTSUPP;
#if !defined(__linux__)
  if (is_byte(option, size)) return set_byte((int)socket, option, value);
#endif
  return C_MIO_RESULT(
      setsockopt((int)socket, option.level, option.name, value, (socklen_t)size));
}

#endif
