#define _GNU_SOURCE
#define __APPLE_USE_RFC_3542
#include "CMioSocket.h"

#if C_MIO_IS_POSIX

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

// Linux' own numbers: not every C library knows them.
#if defined(__linux__)
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

#define OPTION(function, level, name) \
  c_mio_option function(void) { return (c_mio_option){level, name}; }
#define NO_OPTION(function) OPTION(function, -1, -1)

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

// FreeBSD's SO_REUSEPORT shares no load.
#if defined(SO_REUSEPORT_LB)
OPTION(c_mio_option_reuse_port, SOL_SOCKET, SO_REUSEPORT_LB)
#elif defined(SO_REUSEPORT)
OPTION(c_mio_option_reuse_port, SOL_SOCKET, SO_REUSEPORT)
#else
NO_OPTION(c_mio_option_reuse_port)
#endif

// Apple's SO_LINGER counts clock ticks.
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

// A connected socket tells here, and nobody else.
NO_OPTION(c_mio_option_report_unreachable)

// BSDs have these two options of IPv4 in a byte; Linux takes an int as well. Who brings a byte knows that.
static int is_byte(c_mio_option option, size_t size) {
#if defined(__linux__)
  (void)option;
  (void)size;
  return 0;
#else
  return size == sizeof(int32_t) && option.level == IPPROTO_IP &&
         (option.name == IP_MULTICAST_LOOP || option.name == IP_MULTICAST_TTL);
#endif
}

static intptr_t get_byte(int socket, c_mio_option option, int32_t *value) {
  unsigned char byte = 0;
  socklen_t length = sizeof byte;
  if (getsockopt(socket, option.level, option.name, &byte, &length) < 0) return -errno;
  *value = byte;
  return sizeof *value;
}

static intptr_t set_byte(int socket, c_mio_option option, int32_t value) {
  if (value < 0 || value > UINT8_MAX) return -EINVAL;
  unsigned char byte = (unsigned char)value;
  return C_MIO_RESULT(setsockopt(socket, option.level, option.name, &byte, sizeof byte));
}

intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size) {
  if (option.name < 0) return -EOPNOTSUPP;
  if (is_byte(option, size)) return get_byte((int)socket, option, value);
  socklen_t length = (socklen_t)size;
  if (getsockopt((int)socket, option.level, option.name, value, &length) < 0) return -errno;
  return (intptr_t)length;
}

intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size) {
  if (option.name < 0) return -EOPNOTSUPP;
  if (is_byte(option, size)) return set_byte((int)socket, option, *(const int32_t *)value);
  return C_MIO_RESULT(
      setsockopt((int)socket, option.level, option.name, value, (socklen_t)size));
}

#endif
