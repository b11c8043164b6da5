// Socket options.
#ifndef C_MIO_OPTION_H
#define C_MIO_OPTION_H

#include "CMioName.h"

// The handling of an option of Mio on a system. An option that the caller passes by level and
// number is always plain.
static const int32_t C_MIO_OPTION_PLAIN = 0;
static const int32_t C_MIO_OPTION_MISSING = 1; // the system has no such option
// Only on Windows
static const int32_t C_MIO_OPTION_CONTROL = 2;       // the name is a control code
static const int32_t C_MIO_OPTION_SHORT_LINGER = 3;  // struct linger has shorter members
static const int32_t C_MIO_OPTION_NETWORK_ORDER = 4; // the number is in network order
static const int32_t C_MIO_OPTION_LENGTH = 5;        // the value of a Boolean option is a size

typedef struct c_mio_option {
  int32_t level;
  int32_t name;
  int32_t way;
} c_mio_option;

// getsockopt(2) and setsockopt(2). c_mio_get_option returns the number of stored bytes.
intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size);
intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size);

// Joins or leaves a group, for messages of every source or of one source. The interface is given by
// its address or by its index, or the system chooses it. IP_ADD_MEMBERSHIP, IPV6_JOIN_GROUP,
// MCAST_JOIN_GROUP and MCAST_JOIN_SOURCE_GROUP, and their counterparts for leaving.
typedef struct c_mio_membership {
  c_mio_address group;
  c_mio_address source; // family 0 for every source
  uint32_t interface_v4; // the address, for IPv4, 0 for none
  uint32_t interface;    // the index, 0 for none
} c_mio_membership;
intptr_t c_mio_join_group(intptr_t socket, const c_mio_membership *membership);
intptr_t c_mio_leave_group(intptr_t socket, const c_mio_membership *membership);

// All sockets
c_mio_option c_mio_option_error(void);          // SO_ERROR
c_mio_option c_mio_option_reuse_address(void);  // SO_REUSEADDR
c_mio_option c_mio_option_reuse_port(void);     // SO_REUSEPORT, FreeBSD SO_REUSEPORT_LB
c_mio_option c_mio_option_shared_port(void);    // SO_REUSEPORT
c_mio_option c_mio_option_receive_buffer(void); // SO_RCVBUF
c_mio_option c_mio_option_send_buffer(void);    // SO_SNDBUF
c_mio_option c_mio_option_is_listening(void);   // SO_ACCEPTCONN
c_mio_option c_mio_option_mark(void);           // SO_MARK, FreeBSD SO_USER_COOKIE
c_mio_option c_mio_option_receive_timestamp(void); // SO_TIMESTAMPNS, FreeBSD SO_BINTIME, or SO_TIMESTAMP

// TCP
c_mio_option c_mio_option_keep_alive(void);     // SO_KEEPALIVE
c_mio_option c_mio_option_keep_idle(void);      // TCP_KEEPIDLE, Apple TCP_KEEPALIVE; seconds
c_mio_option c_mio_option_keep_interval(void);  // TCP_KEEPINTVL; seconds
c_mio_option c_mio_option_keep_count(void);     // TCP_KEEPCNT
c_mio_option c_mio_option_linger(void);         // SO_LINGER, Apple SO_LINGER_SEC; struct linger
c_mio_option c_mio_option_no_delay(void);       // TCP_NODELAY
c_mio_option c_mio_option_user_timeout(void);   // TCP_USER_TIMEOUT, Windows TCP_MAXRTMS; milliseconds
c_mio_option c_mio_option_cork(void);           // TCP_CORK, Apple's and BSDs' TCP_NOPUSH
c_mio_option c_mio_option_unsent_limit(void);   // TCP_NOTSENT_LOWAT
c_mio_option c_mio_option_congestion_control(void); // TCP_CONGESTION; a text
c_mio_option c_mio_option_defer_accept(void);   // TCP_DEFER_ACCEPT; seconds
c_mio_option c_mio_option_fast_open(void);      // TCP_FASTOPEN, of listeners
c_mio_option c_mio_option_fast_open_connect(void); // TCP_FASTOPEN_CONNECT

// IP
c_mio_option c_mio_option_time_to_live(void);    // IP_TTL
c_mio_option c_mio_option_hop_limit(void);       // IPV6_UNICAST_HOPS
c_mio_option c_mio_option_type_of_service(void); // IP_TOS
c_mio_option c_mio_option_traffic_class(void);   // IPV6_TCLASS
c_mio_option c_mio_option_only_v6(void);         // IPV6_V6ONLY
c_mio_option c_mio_option_interface_v4(void);    // SO_BINDTOIFINDEX, Apple IP_BOUND_IF, Windows IP_UNICAST_IF
c_mio_option c_mio_option_interface_v6(void);    // SO_BINDTOIFINDEX, Apple IPV6_BOUND_IF, Windows IPV6_UNICAST_IF
c_mio_option c_mio_option_path_discovery_v4(void); // IP_MTU_DISCOVER or IP_DONTFRAG
c_mio_option c_mio_option_path_discovery_v6(void); // IPV6_MTU_DISCOVER or IPV6_DONTFRAG
c_mio_option c_mio_option_path_mtu_v4(void);     // IP_MTU
c_mio_option c_mio_option_path_mtu_v6(void);     // IPV6_MTU or IPV6_PATHMTU
c_mio_option c_mio_option_transparent_v4(void);  // IP_TRANSPARENT, BSDs IP_BINDANY or SO_BINDANY
c_mio_option c_mio_option_transparent_v6(void);  // IPV6_TRANSPARENT, BSDs IPV6_BINDANY or SO_BINDANY
c_mio_option c_mio_option_free_bind_v4(void);    // IP_FREEBIND
c_mio_option c_mio_option_free_bind_v6(void);    // IPV6_FREEBIND

// Returns the number of the system for a mode of path MTU discovery, or -1 for a mode that the
// system does not have.
static const uint32_t C_MIO_PATH_DISABLED = 0; // IP_PMTUDISC_DONT
static const uint32_t C_MIO_PATH_ENABLED = 1;  // IP_PMTUDISC_WANT
static const uint32_t C_MIO_PATH_REQUIRED = 2; // IP_PMTUDISC_DO
static const uint32_t C_MIO_PATH_PROBING = 3;  // IP_PMTUDISC_PROBE
int32_t c_mio_path_discovery(uint32_t mode);

// UDP
c_mio_option c_mio_option_broadcast(void);              // SO_BROADCAST
c_mio_option c_mio_option_multicast_loop_v4(void);      // IP_MULTICAST_LOOP
c_mio_option c_mio_option_multicast_ttl_v4(void);       // IP_MULTICAST_TTL
c_mio_option c_mio_option_multicast_interface_v4(void); // IP_MULTICAST_IF; an address
c_mio_option c_mio_option_multicast_loop_v6(void);      // IPV6_MULTICAST_LOOP
c_mio_option c_mio_option_multicast_hops_v6(void);      // IPV6_MULTICAST_HOPS
c_mio_option c_mio_option_multicast_interface_v6(void); // IPV6_MULTICAST_IF; an index
c_mio_option c_mio_option_segment_size(void);           // UDP_SEGMENT, Windows UDP_SEND_MSG_SIZE
c_mio_option c_mio_option_receive_offload(void);        // UDP_GRO, Windows UDP_RECV_MAX_COALESCED_SIZE
c_mio_option c_mio_option_receive_type_of_service(void); // IP_RECVTOS
c_mio_option c_mio_option_receive_traffic_class(void);  // IPV6_RECVTCLASS
c_mio_option c_mio_option_receive_packet_info_v4(void); // IP_PKTINFO or IP_RECVPKTINFO, FreeBSD and OpenBSD IP_RECVDSTADDR
c_mio_option c_mio_option_receive_packet_info_v6(void); // IPV6_RECVPKTINFO
c_mio_option c_mio_option_report_unreachable(void);      // Windows SIO_UDP_CONNRESET

// Unix sockets
c_mio_option c_mio_option_pass_credentials(void); // SO_PASSCRED, FreeBSD LOCAL_CREDS_PERSISTENT, NetBSD LOCAL_CREDS

#endif
