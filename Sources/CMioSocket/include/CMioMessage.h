// Messages with a name of the peer, ancillary data and several pieces, and batches of messages.
#ifndef C_MIO_MESSAGE_H
#define C_MIO_MESSAGE_H

#include "CMioName.h"

// A piece of memory, laid out like struct iovec, without a pointer.
typedef struct c_mio_piece {
  uintptr_t base;
  size_t count;
} c_mio_piece;

static const uint32_t C_MIO_MESSAGE_TRUNCATED = 1;         // MSG_TRUNC
static const uint32_t C_MIO_MESSAGE_CONTROL_TRUNCATED = 2; // MSG_CTRUNC
static const uint32_t C_MIO_MESSAGE_PEEK = 4;              // MSG_PEEK

// The properties of a message in addition to its bytes: reported by a receive, or requested for a
// send.
typedef struct c_mio_envelope {
  uintptr_t control;      // ancillary data, 0 for none
  size_t control_count;   // its capacity before a receive, its size after it
  uint32_t flags;         // C_MIO_MESSAGE_…
  int32_t more_flags;     // MSG_… flags of the caller
  c_mio_name name;        // length 0 for none
} c_mio_envelope;

// One message of a batch. A receive sets the count of the piece to the length of the message.
typedef struct c_mio_message {
  c_mio_piece piece;
  c_mio_envelope envelope;
} c_mio_message;

// recvmsg(2). Received descriptors are close-on-exec.
intptr_t c_mio_receive_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                               c_mio_envelope *envelope);

// sendmsg(2). Raises no SIGPIPE.
intptr_t c_mio_send_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                            const c_mio_envelope *envelope);

// The number of messages that a caller of one of the next functions passes at most.
enum { C_MIO_MESSAGES_AT_ONCE = 64 };

// recvmmsg(2) and sendmmsg(2), or one of the calls above for each message. They return the number
// of messages, which is at least one. If a call after the first message fails, a receive stores
// the negated error code in `later`. The system does not report this error again.
intptr_t c_mio_receive_messages(intptr_t socket, c_mio_message *messages, size_t count,
                                intptr_t *later);
intptr_t c_mio_send_messages(intptr_t socket, const c_mio_message *messages, size_t count);

#endif
