#include "SystemSockets.h"

#if C_MIO_HAS_WINSOCK

enum { PIECES_AT_ONCE = 64 };

// Converts pieces to buffers of Winsock. There are never more than PIECES_AT_ONCE: maximumPieces of
// MioNet is the limit.
static DWORD describe(const c_mio_piece *pieces, size_t count, WSABUF buffers[PIECES_AT_ONCE]) {
  if (count > PIECES_AT_ONCE) count = PIECES_AT_ONCE;
  for (size_t i = 0; i < count; i++) {
    size_t size = pieces[i].count;
    buffers[i].len = size > UINT32_MAX ? UINT32_MAX : (ULONG)size;
    buffers[i].buf = (char *)pieces[i].base;
  }
  return (DWORD)count;
}

static intptr_t total(const WSABUF *buffers, DWORD count) {
  intptr_t total = 0;
  for (DWORD i = 0; i < count; i++) total += buffers[i].len;
  return total;
}

// WSARecvMsg and WSASendMsg are functions of the provider of a socket, not of a library. The list
// keeps the functions of each provider.
typedef struct provider {
  const struct provider *next;
  DWORD identifier;
  LPFN_WSARECVMSG receive;
  LPFN_WSASENDMSG send;
} provider;

static _Atomic(const provider *) providers;

static intptr_t look_up(SOCKET socket, GUID id, void *function, DWORD size) {
  DWORD bytes;
  return c_mio_winsock_result(WINSOCK(WSAIoctl)(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id,
                                                sizeof id, function, size, &bytes, NULL, NULL));
}

static intptr_t add_provider(SOCKET socket, DWORD identifier, const provider **out) {
  provider found = {.identifier = identifier};
  intptr_t result = look_up(socket, (GUID)WSAID_WSARECVMSG, &found.receive, sizeof found.receive);
  if (result == 0) result = look_up(socket, (GUID)WSAID_WSASENDMSG, &found.send, sizeof found.send);
  if (result < 0) return result;
  provider *kept = HeapAlloc(GetProcessHeap(), 0, sizeof *kept);
  if (!kept) return -WSAENOBUFS;
  *kept = found;
  // If two threads add a provider at the same time, both add the same functions.
  kept->next = atomic_load_explicit(&providers, memory_order_acquire);
  while (!atomic_compare_exchange_weak_explicit(&providers, &kept->next, kept, memory_order_acq_rel,
                                                memory_order_acquire)) {
  }
  *out = kept;
  return 0;
}

static intptr_t find_provider(SOCKET socket, const provider **out) {
  WSAPROTOCOL_INFOW protocol;
  int length = sizeof protocol;
  intptr_t result = c_mio_winsock_result(
      WINSOCK(getsockopt)(socket, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&protocol, &length));
  if (result < 0) return result;
  *out = atomic_load_explicit(&providers, memory_order_acquire);
  while (*out && (*out)->identifier != protocol.dwCatalogEntryId) *out = (*out)->next;
  return *out ? 0 : add_provider(socket, protocol.dwCatalogEntryId, out);
}

static intptr_t receive_plain(SOCKET socket, WSABUF *buffers, DWORD count,
                              c_mio_envelope *envelope, DWORD flags) {
  DWORD bytes = 0;
  int length = sizeof envelope->name.words;
  intptr_t result = c_mio_winsock_result(
      WINSOCK(WSARecvFrom)(socket, buffers, count, &bytes, &flags,
                           (struct sockaddr *)envelope->name.words, &length, NULL, NULL));
  envelope->control_count = 0;
  envelope->flags = 0;
  if (result == -WSAEMSGSIZE) {
    envelope->flags = C_MIO_MESSAGE_TRUNCATED;
    bytes = (DWORD)total(buffers, count);
  } else if (result < 0) {
    // After a shutdown for reading, other systems report the end of file and no error.
    return result == -WSAESHUTDOWN ? 0 : result;
  }
  // A stream reports no sender.
  const struct sockaddr *name = (const struct sockaddr *)envelope->name.words;
  envelope->name.length = name->sa_family == AF_UNSPEC ? 0 : (uint32_t)length;
  return bytes;
}

static intptr_t receive_with_control(SOCKET socket, WSABUF *buffers, DWORD count,
                                     c_mio_envelope *envelope) {
  const provider *provider;
  intptr_t found = find_provider(socket, &provider);
  if (found < 0) return found;
  WSAMSG message = {
      .name = (struct sockaddr *)envelope->name.words,
      .namelen = sizeof envelope->name.words,
      .lpBuffers = buffers,
      .dwBufferCount = count,
      .Control = {.len = (ULONG)envelope->control_count, .buf = (char *)envelope->control},
  };
  DWORD bytes = 0;
  intptr_t result = c_mio_winsock_result(provider->receive(socket, &message, &bytes, NULL, NULL));
  uint32_t flags = (message.dwFlags & MSG_CTRUNC ? C_MIO_MESSAGE_CONTROL_TRUNCATED : 0) |
                   (message.dwFlags & MSG_TRUNC ? C_MIO_MESSAGE_TRUNCATED : 0);
  if (result == -WSAEMSGSIZE) {
    // Either the message or the ancillary data did not fit. Without a flag it was the message.
    if (flags != C_MIO_MESSAGE_CONTROL_TRUNCATED) flags |= C_MIO_MESSAGE_TRUNCATED;
    if (flags & C_MIO_MESSAGE_TRUNCATED) bytes = (DWORD)total(buffers, count);
  } else if (result < 0) {
    return result;
  }
  envelope->control_count = message.Control.len;
  envelope->flags = flags;
  envelope->name.length = (uint32_t)message.namelen;
  return bytes;
}

static int is_peek(const c_mio_envelope *envelope) {
  return envelope->flags & C_MIO_MESSAGE_PEEK || envelope->more_flags & MSG_PEEK;
}

// Windows supports ancillary data only for datagrams, and not with MSG_PEEK.
static int takes_control(SOCKET socket, const c_mio_envelope *envelope) {
  return envelope->control && envelope->control_count > 0 && !is_peek(envelope) &&
         c_mio_winsock_is_datagram(socket);
}

intptr_t c_mio_receive_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                               c_mio_envelope *envelope) {
  WSABUF buffers[PIECES_AT_ONCE];
  DWORD used = describe(pieces, count, buffers);
  if (takes_control((SOCKET)socket, envelope))
    return receive_with_control((SOCKET)socket, buffers, used, envelope);
  DWORD flags = (DWORD)envelope->more_flags | (is_peek(envelope) ? MSG_PEEK : 0);
  return receive_plain((SOCKET)socket, buffers, used, envelope, flags);
}

static intptr_t send_with_control(SOCKET socket, WSABUF *buffers, DWORD count,
                                  const c_mio_envelope *envelope) {
  const provider *provider;
  intptr_t found = find_provider(socket, &provider);
  if (found < 0) return found;
  WSAMSG message = {
      .name = envelope->name.length ? (struct sockaddr *)envelope->name.words : NULL,
      .namelen = (INT)envelope->name.length,
      .lpBuffers = buffers,
      .dwBufferCount = count,
      .Control = {.len = (ULONG)envelope->control_count, .buf = (char *)envelope->control},
  };
  DWORD bytes = 0;
  intptr_t result = c_mio_winsock_result(
      provider->send(socket, &message, (DWORD)envelope->more_flags, &bytes, NULL, NULL));
  return result < 0 ? result : (intptr_t)bytes;
}

intptr_t c_mio_send_message(intptr_t socket, const c_mio_piece *pieces, size_t count,
                            const c_mio_envelope *envelope) {
  WSABUF buffers[PIECES_AT_ONCE];
  DWORD used = describe(pieces, count, buffers), bytes = 0;
  if (envelope->control && envelope->control_count > 0)
    return send_with_control((SOCKET)socket, buffers, used, envelope);
  const struct sockaddr *name =
      envelope->name.length ? (const struct sockaddr *)envelope->name.words : NULL;
  intptr_t result = c_mio_winsock_result(
      WINSOCK(WSASendTo)((SOCKET)socket, buffers, used, &bytes, (DWORD)envelope->more_flags, name,
                         (int)envelope->name.length, NULL, NULL));
  return result < 0 ? result : (intptr_t)bytes;
}

#endif
