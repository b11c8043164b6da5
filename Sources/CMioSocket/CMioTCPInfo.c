#define _GNU_SOURCE
#include "SystemSockets.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

static const c_mio_tcp_info nothing = {0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

#if C_MIO_HAS_WINSOCK

#define C_MIO_SIO_TCP_INFO 0xD8000027

// TCP_INFO_v0 of mstcpip.h, which older headers lack.
typedef struct windows_info {
  uint32_t state, segment_size;
  uint64_t age;
  uint8_t has_timestamps;
  uint32_t round_trip_time, shortest_round_trip, bytes_in_flight, congestion_window, peer_window;
  uint32_t own_window, own_buffer;
  uint64_t bytes_out, bytes_in;
  uint32_t reordered, retransmitted, fast_retransmits, duplicates, timeouts;
  uint8_t retransmitted_beginnings;
} windows_info;

_Static_assert(sizeof(windows_info) == 88, "size of TCP_INFO_v0");

intptr_t c_mio_get_tcp_info(intptr_t socket, c_mio_tcp_info *info) {
  // The values of TCPSTATE in mstcpip.h, mapped to those of the BSDs.
  static const uint8_t states[] = {0, 1, 2, 3, 4, 6, 9, 5, 7, 8, 10};
  windows_info all;
  DWORD version = 0, bytes;
  intptr_t result = c_mio_winsock_result(
      WINSOCK(WSAIoctl)((SOCKET)socket, C_MIO_SIO_TCP_INFO, &version, sizeof version, &all,
                        sizeof all, &bytes, NULL, NULL));
  if (result < 0) return result;
  *info = nothing;
  info->state = all.state < sizeof states ? states[all.state] : 0;
  info->round_trip_time = all.round_trip_time;
  info->shortest_round_trip = all.shortest_round_trip;
  info->segment_size = all.segment_size;
  info->congestion_window = all.congestion_window;
  info->peer_window = all.peer_window;
  return 0;
}

#else

#include <netinet/tcp.h>

#if C_MIO_IS_LINUX

// struct tcp_info of linux/tcp.h. The kernel extends it, and C libraries define only a part of it.
typedef struct linux_info {
  uint8_t state, congestion_state, unanswered, probes, backoff, options, scales, flags;
  uint32_t retransmission_timeout, acknowledgement_timeout, segment_size, peer_segment_size;
  uint32_t unacknowledged, selective, lost, retransmitted, forward;
  uint32_t last_data_sent, last_acknowledgement_sent, last_data, last_acknowledgement;
  uint32_t path_mtu, receive_threshold, round_trip_time, round_trip_variation;
  uint32_t send_threshold, congestion_window, announced_segment_size, reordering;
  uint32_t receiver_round_trip, receiver_space, retransmissions;
  uint64_t pacing_rate, highest_pacing_rate, bytes_acknowledged, bytes_received;
  uint32_t segments_out, segments_in, unsent, shortest_round_trip; // Linux 4.6
  uint32_t data_in, data_out;
  uint64_t delivery_rate, busy, limited_by_receiver, limited_by_buffer;
  uint32_t delivered, delivered_marked;
  uint64_t bytes_sent, bytes_retransmitted;
  uint32_t duplicates, reordered, out_of_order, peer_window; // Linux 5.4
} linux_info;

_Static_assert(offsetof(linux_info, round_trip_time) == offsetof(struct tcp_info, tcpi_rtt) &&
                   offsetof(linux_info, retransmissions) == offsetof(struct tcp_info, tcpi_total_retrans),
               "layout of tcp_info");

intptr_t c_mio_get_tcp_info(intptr_t socket, c_mio_tcp_info *info) {
  // The values of the kernel's tcp_states.h, mapped to those of the BSDs.
  static const uint8_t states[] = {0, 4, 2, 3, 6, 9, 10, 0, 5, 8, 1, 7, 3};
  linux_info all;
  socklen_t length = sizeof all;
  if (getsockopt((int)socket, IPPROTO_TCP, TCP_INFO, &all, &length) < 0) return -errno;
  *info = nothing;
  info->state = all.state < sizeof states ? states[all.state] : 0;
  info->round_trip_time = all.round_trip_time;
  info->round_trip_variation = all.round_trip_variation;
  info->retransmission_timeout = all.retransmission_timeout;
  info->segment_size = all.segment_size;
  info->congestion_window = (int64_t)all.congestion_window * all.segment_size;
  info->retransmissions = all.retransmissions;
  info->unacknowledged = all.unacknowledged;
  if (length > offsetof(linux_info, shortest_round_trip)) {
    info->unsent = all.unsent;
    // Before the first measurement it is the largest number.
    if (all.shortest_round_trip != UINT32_MAX) info->shortest_round_trip = all.shortest_round_trip;
  }
  if (length > offsetof(linux_info, peer_window)) info->peer_window = all.peer_window;
  return 0;
}

#elif defined(TCP_CONNECTION_INFO)

intptr_t c_mio_get_tcp_info(intptr_t socket, c_mio_tcp_info *info) {
  struct tcp_connection_info all;
  socklen_t length = sizeof all;
  if (getsockopt((int)socket, IPPROTO_TCP, TCP_CONNECTION_INFO, &all, &length) < 0) return -errno;
  *info = nothing;
  info->state = all.tcpi_state;
  // The system reports milliseconds.
  info->round_trip_time = (int64_t)all.tcpi_srtt * 1000;
  info->round_trip_variation = (int64_t)all.tcpi_rttvar * 1000;
  info->retransmission_timeout = (int64_t)all.tcpi_rto * 1000;
  info->segment_size = all.tcpi_maxseg;
  info->congestion_window = all.tcpi_snd_cwnd;
  info->peer_window = all.tcpi_snd_wnd;
  info->retransmissions = (int64_t)all.tcpi_txretransmitpackets;
  return 0;
}

#elif defined(TCP_INFO)

intptr_t c_mio_get_tcp_info(intptr_t socket, c_mio_tcp_info *info) {
  struct tcp_info all;
  memset(&all, 0, sizeof all);
  socklen_t length = sizeof all;
  if (getsockopt((int)socket, IPPROTO_TCP, TCP_INFO, &all, &length) < 0) return -errno;
  *info = nothing;
  info->state = all.tcpi_state;
  info->round_trip_time = all.tcpi_rtt;
  info->round_trip_variation = all.tcpi_rttvar;
  info->retransmission_timeout = all.tcpi_rto;
  info->segment_size = all.tcpi_snd_mss;
  info->congestion_window = all.tcpi_snd_cwnd;
#if !defined(__OpenBSD__) // OpenBSD reports these only to the superuser
  info->peer_window = all.tcpi_snd_wnd;
  info->retransmissions = all.tcpi_snd_rexmitpack;
#endif
  return 0;
}

#else

intptr_t c_mio_get_tcp_info(intptr_t socket, c_mio_tcp_info *info) {
  (void)socket, (void)info;
  return -EOPNOTSUPP;
}

#endif

#endif

#endif
