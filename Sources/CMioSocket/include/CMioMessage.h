// Messages with what belongs to them: a peer's name, ancillary data, several pieces, several at once.
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

// What goes with the bytes of a message. Received, it says what there was; sent, what there is to be.
typedef struct c_mio_envelope {
  uintptr_t control;      // ancillary data, 0 for none
  size_t control_count;   // its room, then its size
  uint32_t flags;         // C_MIO_MESSAGE_…
  int32_t more_flags;     // MSG_…, of the caller's
  c_mio_name name;        // length 0 for none
} c_mio_envelope;

// One message of a batch. Received, its piece is as long as what came.
typedef struct c_mio_message {
  c_mio_piece piece;
  c_mio_envelope envelope;
} c_mio_message;

// recvmsg(2). Descriptors come close-on-exec.
intptr_t c_mio_receive_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                               c_mio_envelope *envelope);

// sendmsg(2). Raises no SIGPIPE.
intptr_t c_mio_send_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                            const c_mio_envelope *envelope);

// recvmmsg(2) and sendmmsg(2), or the above one after the other: how many messages, at least one.
intptr_t c_mio_receive_messages(intptr_t socket, c_mio_message *messages, size_t count);
intptr_t c_mio_send_messages(intptr_t socket, const c_mio_message *messages, size_t count);

#endif
