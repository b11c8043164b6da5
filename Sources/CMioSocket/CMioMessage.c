#define _GNU_SOURCE
#include "CMioSocket.h"

#if defined(__unix__) || defined(__APPLE__)

#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>

_Static_assert(sizeof(c_mio_piece) == sizeof(struct iovec) &&
                   offsetof(c_mio_piece, base) == offsetof(struct iovec, iov_base) &&
                   offsetof(c_mio_piece, count) == offsetof(struct iovec, iov_len),
               "layout of iovec");

#if defined(MSG_CMSG_CLOEXEC)
enum { RECEIVE_FLAGS = MSG_CMSG_CLOEXEC };
#else
enum { RECEIVE_FLAGS = 0 };
#endif

static struct msghdr header(const c_mio_piece *pieces, size_t count, const c_mio_envelope *envelope) {
  struct msghdr header;
  memset(&header, 0, sizeof header); // C libraries pad it
  header.msg_iov = (struct iovec *)pieces;
  header.msg_iovlen = count;
  header.msg_control = (void *)envelope->control;
  header.msg_controllen = envelope->control ? envelope->control_count : 0;
  return header;
}

// Without MSG_CMSG_CLOEXEC: not atomic, the best that Apple's systems offer.
static void close_on_exec(const c_mio_envelope *envelope) {
#if !defined(MSG_CMSG_CLOEXEC)
  c_mio_control_item item;
  size_t offset = 0;
  const void *bytes = (const void *)envelope->control;
  while (c_mio_control_next(bytes, envelope->control_count, &offset, &item))
    for (uint32_t i = 0; item.kind == C_MIO_CONTROL_DESCRIPTORS && i < item.count; i++)
      fcntl(c_mio_control_descriptor(bytes, &item, i), F_SETFD, FD_CLOEXEC);
#else
  (void)envelope;
#endif
}

static void fill_in(c_mio_envelope *envelope, const struct msghdr *header) {
  envelope->control_count = header->msg_controllen;
  envelope->flags = (header->msg_flags & MSG_TRUNC ? C_MIO_MESSAGE_TRUNCATED : 0) |
                    (header->msg_flags & MSG_CTRUNC ? C_MIO_MESSAGE_CONTROL_TRUNCATED : 0);
  envelope->name.length = header->msg_namelen;
  close_on_exec(envelope);
}

intptr_t c_mio_receive_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                               c_mio_envelope *envelope) {
  struct msghdr message = header(pieces, count, envelope);
  message.msg_name = envelope->name.words;
  message.msg_namelen = sizeof envelope->name.words;
  int flags = RECEIVE_FLAGS | envelope->more_flags;
  if (envelope->flags & C_MIO_MESSAGE_PEEK) flags |= MSG_PEEK;
  intptr_t result = C_MIO_CALL(recvmsg, (int)socket, &message, flags);
  if (result >= 0) fill_in(envelope, &message);
  return result;
}

static void address(struct msghdr *message, const c_mio_name *name) {
  if (name->length == 0) return;
  message->msg_name = (void *)name->words;
  message->msg_namelen = name->length;
}

intptr_t c_mio_send_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                            const c_mio_envelope *envelope) {
  struct msghdr message = header(pieces, count, envelope);
  address(&message, &envelope->name);
  return C_MIO_CALL(sendmsg, (int)socket, &message, MSG_NOSIGNAL | envelope->more_flags);
}

// Several at once

#if defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__)

enum { AT_ONCE = 64 };

intptr_t c_mio_receive_messages(intptr_t socket, c_mio_message *messages, size_t count) {
  struct mmsghdr headers[AT_ONCE];
  if (count > AT_ONCE) count = AT_ONCE;
  for (size_t i = 0; i < count; i++) {
    c_mio_envelope *envelope = &messages[i].envelope;
    headers[i].msg_hdr = header(&messages[i].piece, 1, envelope);
    headers[i].msg_hdr.msg_name = envelope->name.words;
    headers[i].msg_hdr.msg_namelen = sizeof envelope->name.words;
  }
  intptr_t result = C_MIO_RESULT(recvmmsg((int)socket, headers, (unsigned)count, RECEIVE_FLAGS, NULL));
  for (intptr_t i = 0; i < result; i++) {
    messages[i].piece.count = headers[i].msg_len;
    fill_in(&messages[i].envelope, &headers[i].msg_hdr);
  }
  return result;
}

intptr_t c_mio_send_messages(intptr_t socket, const c_mio_message *messages, size_t count) {
  struct mmsghdr headers[AT_ONCE];
  if (count > AT_ONCE) count = AT_ONCE;
  for (size_t i = 0; i < count; i++) {
    headers[i].msg_hdr = header(&messages[i].piece, 1, &messages[i].envelope);
    address(&headers[i].msg_hdr, &messages[i].envelope.name);
  }
  return C_MIO_RESULT(sendmmsg((int)socket, headers, (unsigned)count, MSG_NOSIGNAL));
}

#else

// An error after the first message is left for the next call to find.
intptr_t c_mio_receive_messages(intptr_t socket, c_mio_message *messages, size_t count) {
  for (size_t i = 0; i < count; i++) {
    c_mio_message *message = &messages[i];
    intptr_t result = c_mio_receive_message(socket, &message->piece, 1, &message->envelope);
    if (result < 0) return i > 0 ? (intptr_t)i : result;
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

#endif
