#define _GNU_SOURCE
#include "Capabilities.h"

#if C_MIO_IS_POSIX

#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(c_mio_piece) == sizeof(struct iovec) &&
                   offsetof(c_mio_piece, base) == offsetof(struct iovec, iov_base) &&
                   offsetof(c_mio_piece, count) == offsetof(struct iovec, iov_len),
               "layout of iovec");

#if HAS_ATOMIC_FLAGS
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

static void fill_in(c_mio_envelope *envelope, const struct msghdr *header) {
  envelope->control_count = header->msg_controllen;
  envelope->flags = (header->msg_flags & MSG_TRUNC ? C_MIO_MESSAGE_TRUNCATED : 0) |
                    (header->msg_flags & MSG_CTRUNC ? C_MIO_MESSAGE_CONTROL_TRUNCATED : 0);
  envelope->name.length = header->msg_namelen;
  if (NAMES_THE_NAMELESS && c_mio_name_is_empty(&envelope->name)) envelope->name.length = 0;
}

static intptr_t receive(int socket, struct msghdr *message, c_mio_envelope *envelope, int flags) {
  message->msg_name = envelope->name.words;
  message->msg_namelen = sizeof envelope->name.words;
  intptr_t result = C_MIO_CALL(recvmsg, socket, message, RECEIVE_FLAGS | flags);
  if (result >= 0) fill_in(envelope, message);
  return result;
}

static intptr_t peek(int socket, struct msghdr *message, c_mio_envelope *envelope) {
  if (!OPENS_FOR_A_PEEK) {
    message->msg_control = NULL;
    message->msg_controllen = 0;
  }
  return receive(socket, message, envelope, MSG_PEEK | envelope->more_flags);
}

static int is_peek(const c_mio_envelope *envelope) {
  return envelope->flags & C_MIO_MESSAGE_PEEK || envelope->more_flags & MSG_PEEK;
}

#if CLOSES_WHAT_HAS_NO_ROOM

intptr_t c_mio_receive_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                               c_mio_envelope *envelope) {
  struct msghdr message = header(pieces, count, envelope);
  if (is_peek(envelope)) return peek((int)socket, &message, envelope);
  return receive((int)socket, &message, envelope, envelope->more_flags);
}

#else

// More than the ancillary data of any message: its sender could not send more than an mbuf cluster
// of 2,048 bytes.
enum { ALWAYS_ENOUGH = 4096 };

// Makes a descriptor close-on-exec and stores it in the buffer of the caller, or closes it.
static int take_descriptor(c_mio_envelope *envelope, size_t capacity, int descriptor) {
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  if (c_mio_control_add_descriptor((void *)envelope->control, capacity, &envelope->control_count,
                                   descriptor) == 0)
    return 1;
  close(descriptor);
  return 0;
}

static int take_bytes(c_mio_envelope *envelope, size_t capacity, const char *bytes, size_t size) {
  if (capacity - envelope->control_count < size) return 0;
  memcpy((char *)envelope->control + envelope->control_count, bytes, size);
  envelope->control_count += size;
  return 1;
}

// Copies the items that fit into the buffer of the caller, and closes the remaining descriptors.
static void hand_over(c_mio_envelope *envelope, size_t capacity, const char *bytes, size_t length) {
  c_mio_control_item item;
  envelope->control_count = 0;
  int has_room = 1;
  for (size_t start = 0, end = 0; c_mio_control_next(bytes, length, &end, &item); start = end) {
    if (item.kind != C_MIO_CONTROL_DESCRIPTORS)
      has_room &= take_bytes(envelope, capacity, bytes + start, end - start);
    for (uint32_t i = 0; item.kind == C_MIO_CONTROL_DESCRIPTORS && i < item.count; i++)
      has_room &= take_descriptor(envelope, capacity, c_mio_control_descriptor(bytes, &item, i));
  }
  if (!has_room) envelope->flags |= C_MIO_MESSAGE_CONTROL_TRUNCATED;
}

intptr_t c_mio_receive_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                               c_mio_envelope *envelope) {
  struct msghdr message = header(pieces, count, envelope);
  if (is_peek(envelope)) return peek((int)socket, &message, envelope);
  uint64_t room[ALWAYS_ENOUGH / sizeof(uint64_t)];
  size_t capacity = message.msg_controllen;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  intptr_t result = receive((int)socket, &message, envelope, envelope->more_flags);
  if (result >= 0) hand_over(envelope, capacity, (const char *)room, message.msg_controllen);
  return result;
}

intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count) {
  c_mio_piece piece = {(uintptr_t)buffer, c_mio_limited(count)};
  c_mio_envelope envelope = {0};
  return c_mio_receive_message(socket, &piece, 1, &envelope);
}

#endif

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

// Several messages with one call

#if HAS_MESSAGE_BATCHES

// Linux, NetBSD and OpenBSD keep an error after the first message for the next call.
intptr_t c_mio_receive_messages(intptr_t socket, c_mio_message *messages, size_t count,
                                intptr_t *later) {
  *later = 0;
  struct mmsghdr headers[C_MIO_MESSAGES_AT_ONCE];
  if (count > C_MIO_MESSAGES_AT_ONCE) count = C_MIO_MESSAGES_AT_ONCE;
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
  struct mmsghdr headers[C_MIO_MESSAGES_AT_ONCE];
  if (count > C_MIO_MESSAGES_AT_ONCE) count = C_MIO_MESSAGES_AT_ONCE;
  for (size_t i = 0; i < count; i++) {
    headers[i].msg_hdr = header(&messages[i].piece, 1, &messages[i].envelope);
    address(&headers[i].msg_hdr, &messages[i].envelope.name);
  }
  return C_MIO_RESULT(sendmmsg((int)socket, headers, (unsigned)count, MSG_NOSIGNAL));
}

#endif

#endif
