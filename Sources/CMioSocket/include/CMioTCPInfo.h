// The measurements that a system reports for a TCP connection.
#ifndef C_MIO_TCP_INFO_H
#define C_MIO_TCP_INFO_H

#include "CMioPlatform.h"

#include <stdint.h>

// Each number except the state is -1 if the system does not report it, or does not report it yet.
typedef struct c_mio_tcp_info {
  int64_t state;                 // as the BSDs count: closed 0, listening 1, … time wait 10
  int64_t round_trip_time;       // microseconds
  int64_t round_trip_variation;  // microseconds
  int64_t shortest_round_trip;   // microseconds
  int64_t retransmission_timeout; // microseconds
  int64_t segment_size;          // bytes
  int64_t congestion_window;     // bytes
  int64_t peer_window;           // bytes
  int64_t retransmissions;       // segments
  int64_t unacknowledged;        // segments
  int64_t unsent;                // bytes
} c_mio_tcp_info;

// TCP_INFO, Apple TCP_CONNECTION_INFO, Windows SIO_TCP_INFO.
intptr_t c_mio_get_tcp_info(intptr_t socket, c_mio_tcp_info *info);

#endif
