// Several messages, on systems that handle one message with each call.
#include "Capabilities.h"

#if (C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK) && !HAS_MESSAGE_BATCHES

intptr_t c_mio_receive_messages(intptr_t socket, c_mio_message *messages, size_t count,
                                intptr_t *later) {
  for (size_t i = 0; i < count; i++) {
    c_mio_message *message = &messages[i];
    intptr_t result = c_mio_receive_message(socket, &message->piece, 1, &message->envelope);
    if (result < 0 && i == 0) return result;
    if (result < 0) {
      *later = result;
      return (intptr_t)i;
    }
    message->piece.count = (size_t)result;
  }
  return (intptr_t)count;
}

intptr_t c_mio_send_messages(intptr_t socket, const c_mio_message *messages, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const c_mio_message *message = &messages[i];
    intptr_t result = c_mio_send_message(socket, &message->piece, 1, &message->envelope);
    if (result < 0) return i > 0 ? (intptr_t)i : result;
  }
  return (intptr_t)count;
}

#endif
