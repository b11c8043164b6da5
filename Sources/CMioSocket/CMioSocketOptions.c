#define _GNU_SOURCE
#include "CMioSocket.h"

#if defined(__unix__) || defined(__APPLE__)

#include <netinet/in.h>
#include <netinet/tcp.h>

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

#if defined(SO_REUSEPORT)
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

#endif
