// Records the calls of Winsock that Wine ignores, or that have no visible effect.
#ifndef C_WINSOCK_RECORDER_H
#define C_WINSOCK_RECORDER_H

#include <stdint.h>

// A call: WSAIoctl with its control, setsockopt with its option, or listen. The value is 0 if the
// call has none.
typedef struct c_winsock_call {
  int32_t kind;
  int32_t level;
  int64_t name;
  int64_t value;
} c_winsock_call;

static const int32_t C_WINSOCK_CONTROL = 1;
static const int32_t C_WINSOCK_OPTION = 2;
static const int32_t C_WINSOCK_LISTEN = 3;

// Starts to record, and forgets earlier calls. The calls still reach Winsock.
void c_winsock_record(void);

// Stops recording. Stores up to `room` calls, and returns the number of calls that were recorded.
int32_t c_winsock_recorded(c_winsock_call *calls, int32_t room);

#endif
