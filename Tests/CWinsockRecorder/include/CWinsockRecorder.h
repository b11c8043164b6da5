// Sees the calls of Winsock that Wine makes nothing of, or that leave no trace.
#ifndef C_WINSOCK_RECORDER_H
#define C_WINSOCK_RECORDER_H

#include <stdint.h>

// A call: WSAIoctl with its control, setsockopt with its option, or listen; and its value, 0 for none.
typedef struct c_winsock_call {
  int32_t kind;
  int32_t level;
  int64_t name;
  int64_t value;
} c_winsock_call;

static const int32_t C_WINSOCK_CONTROL = 1;
static const int32_t C_WINSOCK_OPTION = 2;
static const int32_t C_WINSOCK_LISTEN = 3;

// Begins to record, and forgets what there was. The calls still reach Winsock.
void c_winsock_record(void);

// Ceases to record. Returns how many calls there are, of which so many are stored.
int32_t c_winsock_recorded(c_winsock_call *calls, int32_t room);

#endif
