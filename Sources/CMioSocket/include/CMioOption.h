// Socket options.
#ifndef C_MIO_OPTION_H
#define C_MIO_OPTION_H

#include "CMioName.h"

// Level and name; a negative name where the system has no such option.
typedef struct c_mio_option {
  int32_t level;
  int32_t name;
} c_mio_option;

// getsockopt(2), setsockopt(2). The first returns how many bytes were stored.
intptr_t c_mio_get_option(intptr_t socket, c_mio_option option, void *value, size_t size);
intptr_t c_mio_set_option(intptr_t socket, c_mio_option option, const void *value, size_t size);

// IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP, by the address of an interface, 0 for the system's choice;
// IPV6_JOIN_GROUP and IPV6_LEAVE_GROUP, by the index of an interface.
intptr_t c_mio_set_membership(intptr_t socket, const c_mio_address *group,
                              const c_mio_address *interface, uint32_t index, int is_member);

// All sockets
c_mio_option c_mio_option_error(void);          // SO_ERROR
c_mio_option c_mio_option_reuse_address(void);  // SO_REUSEADDR
c_mio_option c_mio_option_reuse_port(void);     // SO_REUSEPORT, FreeBSD SO_REUSEPORT_LB
c_mio_option c_mio_option_receive_buffer(void); // SO_RCVBUF
c_mio_option c_mio_option_send_buffer(void);    // SO_SNDBUF
c_mio_option c_mio_option_is_listening(void);   // SO_ACCEPTCONN

// TCP
c_mio_option c_mio_option_keep_alive(void);     // SO_KEEPALIVE
c_mio_option c_mio_option_keep_idle(void);      // TCP_KEEPIDLE, Apple TCP_KEEPALIVE; seconds
c_mio_option c_mio_option_keep_interval(void);  // TCP_KEEPINTVL; seconds
c_mio_option c_mio_option_keep_count(void);     // TCP_KEEPCNT
c_mio_option c_mio_option_linger(void);         // SO_LINGER, Apple SO_LINGER_SEC; struct linger
c_mio_option c_mio_option_no_delay(void);       // TCP_NODELAY
c_mio_option c_mio_option_user_timeout(void);   // TCP_USER_TIMEOUT, Windows TCP_MAXRTMS; milliseconds

// IP
c_mio_option c_mio_option_time_to_live(void);    // IP_TTL
c_mio_option c_mio_option_hop_limit(void);       // IPV6_UNICAST_HOPS
c_mio_option c_mio_option_type_of_service(void); // IP_TOS
c_mio_option c_mio_option_traffic_class(void);   // IPV6_TCLASS
c_mio_option c_mio_option_only_v6(void);         // IPV6_V6ONLY

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
