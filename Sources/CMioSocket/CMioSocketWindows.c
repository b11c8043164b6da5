#include "CMioLibrary.h"
#include "SystemSockets.h"

#if C_MIO_HAS_WINSOCK

// Starting

_Atomic(const c_mio_winsock_table *) c_mio_winsock;

static BOOL CALLBACK start(PINIT_ONCE once, void *error, void **context) {
  (void)once, (void)context;
  static c_mio_winsock_table table;
  *(intptr_t *)error = -(intptr_t)WSASYSNOTREADY;
#define LOOK_UP(name)                                                                              \
  table.call_##name = (__typeof__(table.call_##name))c_mio_library_function("ws2_32.dll", #name); \
  if (!table.call_##name) return FALSE;
  C_MIO_WINSOCK_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
  WSADATA data;
  int code = table.call_WSAStartup(MAKEWORD(2, 2), &data);
  *(intptr_t *)error = -(intptr_t)code;
  if (code != 0) return FALSE;
  atomic_store_explicit(&c_mio_winsock, &table, memory_order_release);
  return TRUE;
}

intptr_t c_mio_winsock_start(void) {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  intptr_t error = 0;
  // If this fails, the next call tries again.
  return InitOnceExecuteOnce(&once, start, &error, NULL) ? 0 : error;
}

// Creating and adopting

static int make_nonblocking(SOCKET socket) {
  u_long on = 1;
  return WINSOCK(ioctlsocket)(socket, (long)FIONBIO, &on);
}

// Completes a new socket, or closes it, so that a failure leaves no socket open.
static intptr_t finish(SOCKET socket) {
  if (socket == INVALID_SOCKET) return c_mio_winsock_failure();
  if (make_nonblocking(socket) == 0) {
    if (c_mio_winsock_is_datagram(socket)) c_mio_report_unreachable(socket, FALSE);
    return (intptr_t)socket;
  }
  intptr_t error = c_mio_winsock_failure();
  WINSOCK(closesocket)(socket);
  return error;
}

enum { NEW_FLAGS = WSA_FLAG_OVERLAPPED | 0x80 /* WSA_FLAG_NO_HANDLE_INHERIT */ };

intptr_t c_mio_create_by_number(int32_t family, int32_t type, int32_t protocol) {
  intptr_t started = c_mio_winsock_start();
  if (started < 0) return started;
  return finish(WINSOCK(WSASocketW)(family, type, protocol, NULL, 0, NEW_FLAGS));
}

intptr_t c_mio_create(c_mio_kind kind) {
  return c_mio_create_by_number(system_family(kind.family), system_type(kind.type), 0);
}

intptr_t c_mio_adopt(intptr_t socket) {
  intptr_t started = c_mio_winsock_start();
  if (started < 0) return started;
  if (make_nonblocking((SOCKET)socket) != 0) return c_mio_winsock_failure();
  SetHandleInformation((HANDLE)socket, HANDLE_FLAG_INHERIT, 0);
  if (c_mio_winsock_is_datagram((SOCKET)socket)) c_mio_report_unreachable((SOCKET)socket, FALSE);
  return 0;
}

// Returns the parameters with which the socket was created. Unlike the name of the socket, they are
// known from the beginning.
static intptr_t get_protocol(SOCKET socket, WSAPROTOCOL_INFOW *protocol) {
  int length = sizeof *protocol;
  return c_mio_winsock_result(
      WINSOCK(getsockopt)(socket, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)protocol, &length));
}

intptr_t c_mio_check_socket(intptr_t socket) {
  c_mio_kind kind;
  return c_mio_get_kind(socket, &kind);
}

intptr_t c_mio_get_kind(intptr_t socket, c_mio_kind *kind) {
  intptr_t started = c_mio_winsock_start();
  if (started < 0) return started;
  if (!c_mio_is_descriptor(socket)) return -WSAEBADF;
  WSAPROTOCOL_INFOW protocol;
  intptr_t result = get_protocol((SOCKET)socket, &protocol);
  if (result < 0) return result;
  *kind = kind_of(protocol.iAddressFamily, protocol.iSocketType);
  return 0;
}

intptr_t c_mio_reopen(intptr_t socket) {
  (void)socket;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_duplicate(intptr_t socket) {
  intptr_t started = c_mio_winsock_start();
  if (started < 0) return started;
  WSAPROTOCOL_INFOW record;
  if (WINSOCK(WSADuplicateSocketW)((SOCKET)socket, GetCurrentProcessId(), &record) != 0)
    return c_mio_winsock_failure();
  SOCKET duplicate = WINSOCK(WSASocketW)(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO,
                                         &record, 0, NEW_FLAGS);
  return duplicate == INVALID_SOCKET ? c_mio_winsock_failure() : (intptr_t)duplicate;
}

intptr_t c_mio_open_reserve(void) {
  return c_mio_create((c_mio_kind){C_MIO_FAMILY_V4, C_MIO_TYPE_DATAGRAM});
}

intptr_t c_mio_close(intptr_t socket) {
  intptr_t started = c_mio_winsock_start();
  if (started < 0) return started;
  return c_mio_winsock_result(WINSOCK(closesocket)((SOCKET)socket));
}

// Naming and connecting

intptr_t c_mio_allow_rebinding(intptr_t socket) {
  (void)socket;
  return 0;
}

intptr_t c_mio_exclude_others(intptr_t socket) {
  const BOOL on = TRUE;
  BOOL is_shared = FALSE;
  int size = sizeof is_shared;
  // Windows refuses each of the two options if the other one is set.
  if (WINSOCK(getsockopt)((SOCKET)socket, SOL_SOCKET, SO_REUSEADDR, (char *)&is_shared, &size) == 0 && is_shared)
    return 0;
  return c_mio_winsock_result(WINSOCK(setsockopt)((SOCKET)socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE,
                                                  (const char *)&on, sizeof on));
}

intptr_t c_mio_bind(intptr_t socket, const c_mio_name *name) {
  return c_mio_winsock_result(
      WINSOCK(bind)((SOCKET)socket, (const struct sockaddr *)name->words, (int)name->length));
}

// Windows limits a backlog to 200 unless it is negated: SOMAXCONN_HINT. On other systems a backlog
// below zero is the maximum.
enum { PLAIN_BACKLOG = 200 };

intptr_t c_mio_listen(intptr_t socket, int32_t backlog) {
  int number = backlog < 0 ? SOMAXCONN : backlog > PLAIN_BACKLOG ? -backlog : backlog;
  return c_mio_winsock_result(WINSOCK(listen)((SOCKET)socket, number));
}

static int is_loopback(const c_mio_name *name) {
  c_mio_address address;
  if (!c_mio_decode_internet(name, &address)) return 0;
  if (address.family == 4) return (uint32_t)address.low >> 24 == 127;
  int is_mapped = address.high == 0 && address.low >> 32 == 0xffff;
  return is_mapped ? (uint32_t)address.low >> 24 == 127 : address.high == 0 && address.low == 1;
}

// The first build that accepts "no repetition" is that of Windows 10 1709.
enum { NO_REPETITION_BUILD = 16299, NO_REPETITION = 254 };
#if defined(SIO_TCP_INITIAL_RTO)
_Static_assert(sizeof(c_mio_initial_rto) == sizeof(TCP_INITIAL_RTO_PARAMETERS) &&
                   (int)NO_REPETITION == (int)TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS,
               "TCP_INITIAL_RTO_PARAMETERS");
#endif

typedef LONG(NTAPI *get_version)(OSVERSIONINFOW *);
C_MIO_LIBRARY_FUNCTION(get_version, "ntdll.dll", RtlGetVersion)

static int can_refuse_at_once(void) {
  OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
  return RtlGetVersion_function()(&version) == 0 && version.dwBuildNumber >= NO_REPETITION_BUILD;
}

// Windows sends three connect requests in two seconds before it reports that no socket listens. For
// a loopback address one request is enough.
static void refuse_at_once(SOCKET socket) {
  c_mio_initial_rto once = {NO_REPETITION, NO_REPETITION};
  c_mio_winsock_control(socket, C_MIO_SIO_TCP_INITIAL_RTO, &once, sizeof once);
}

intptr_t c_mio_connect(intptr_t socket, const c_mio_name *name) {
  if (is_loopback(name) && !c_mio_winsock_is_datagram((SOCKET)socket) && can_refuse_at_once())
    refuse_at_once((SOCKET)socket);
  intptr_t result = c_mio_winsock_result(
      WINSOCK(connect)((SOCKET)socket, (const struct sockaddr *)name->words, (int)name->length));
  return result == -WSAEWOULDBLOCK ? 0 : result;
}

// Windows removes the peer if the socket connects to the wildcard address.
intptr_t c_mio_disconnect(intptr_t socket) {
  WSAPROTOCOL_INFOW protocol;
  intptr_t result = get_protocol((SOCKET)socket, &protocol);
  if (result < 0) return result;
  c_mio_address none = {.family = protocol.iAddressFamily == AF_INET6 ? 6 : 4};
  c_mio_name name;
  c_mio_encode_internet(&none, &name);
  return c_mio_winsock_result(
      WINSOCK(connect)((SOCKET)socket, (const struct sockaddr *)name.words, (int)name.length));
}

static struct sockaddr *room(c_mio_name *name, int *length) {
  memset(name, 0, sizeof *name);
  *length = sizeof name->words;
  return (struct sockaddr *)name->words;
}

intptr_t c_mio_accept(intptr_t listener, c_mio_name *peer) {
  c_mio_name name;
  int length;
  struct sockaddr *address = room(&name, &length);
  SOCKET accepted = WINSOCK(accept)((SOCKET)listener, address, &length);
  if (accepted == INVALID_SOCKET) {
    intptr_t error = c_mio_winsock_failure();
    // A connection that failed while it waited. Wine returns WSAENOTCONN for it.
    return error == -WSAECONNRESET || error == -WSAENOTCONN ? -WSAECONNABORTED : error;
  }
  SetHandleInformation((HANDLE)accepted, HANDLE_FLAG_INHERIT, 0);
  name.length = (uint32_t)length;
  if (peer) *peer = name;
  return finish(accepted);
}

// Windows returns no name for a socket that is not bound. Other systems return the wildcard
// address.
static intptr_t wildcard_name(SOCKET socket, c_mio_name *name) {
  WSAPROTOCOL_INFOW protocol;
  intptr_t result = get_protocol(socket, &protocol);
  if (result < 0) return result;
  if (protocol.iAddressFamily == AF_UNIX) {
    c_mio_unix_address unnamed = {.kind = C_MIO_UNIX_UNNAMED};
    return c_mio_encode_unix(&unnamed, name);
  }
  c_mio_address any = {.family = protocol.iAddressFamily == AF_INET6 ? 6 : 4};
  return c_mio_encode_internet(&any, name);
}

intptr_t c_mio_local_name(intptr_t socket, c_mio_name *name) {
  int length;
  struct sockaddr *address = room(name, &length);
  if (WINSOCK(getsockname)((SOCKET)socket, address, &length) != 0) {
    intptr_t error = c_mio_winsock_failure();
    return error == -WSAEINVAL ? wildcard_name((SOCKET)socket, name) : error;
  }
  name->length = (uint32_t)length;
  return 0;
}

intptr_t c_mio_peer_name(intptr_t socket, c_mio_name *name) {
  int length;
  struct sockaddr *address = room(name, &length);
  if (WINSOCK(getpeername)((SOCKET)socket, address, &length) != 0) return c_mio_winsock_failure();
  name->length = (uint32_t)length;
  return 0;
}

intptr_t c_mio_shutdown(intptr_t socket, int32_t directions) {
  static const int how[] = {SD_RECEIVE, SD_SEND, SD_BOTH};
  return c_mio_winsock_result(WINSOCK(shutdown)((SOCKET)socket, how[directions]));
}

static int is_bound(SOCKET socket) {
  c_mio_name name;
  int length;
  struct sockaddr *address = room(&name, &length);
  return WINSOCK(getsockname)(socket, address, &length) == 0 || c_mio_winsock_failure() != -WSAEINVAL;
}

// select() reports a failed connect as an exception.
intptr_t c_mio_connect_state(intptr_t socket) {
  fd_set writable = {.fd_count = 1, .fd_array = {(SOCKET)socket}}, failed = writable;
  struct timeval zero = {0, 0};
  intptr_t result = c_mio_winsock_result(WINSOCK(select)(0, NULL, &writable, &failed, &zero));
  if (result != 0) return result > 0 ? C_MIO_CONNECT_OVER : result;
  // A socket that is connecting is bound.
  return is_bound((SOCKET)socket) ? C_MIO_CONNECT_PENDING : -WSAENOTCONN;
}

// Winsock has its own error code for a lack of ports.
int c_mio_lacks_port(intptr_t socket) {
  (void)socket;
  return 0;
}

// Transferring

static intptr_t receive(intptr_t socket, void *buffer, size_t count, int flags) {
  intptr_t result = c_mio_winsock_result(
      WINSOCK(recv)((SOCKET)socket, buffer, c_mio_winsock_limited(count), flags));
  // After a shutdown for reading, other systems report the end of file and no error.
  return result == -WSAESHUTDOWN ? 0 : result;
}

intptr_t c_mio_receive(intptr_t socket, void *buffer, size_t count) {
  return receive(socket, buffer, count, 0);
}

intptr_t c_mio_receive_local(intptr_t socket, void *buffer, size_t count) {
  return c_mio_receive(socket, buffer, count);
}

intptr_t c_mio_peek(intptr_t socket, void *buffer, size_t count) {
  return receive(socket, buffer, count, MSG_PEEK);
}

intptr_t c_mio_send(intptr_t socket, const void *buffer, size_t count) {
  return c_mio_winsock_result(
      WINSOCK(send)((SOCKET)socket, buffer, c_mio_winsock_limited(count), 0));
}

// Functions that Windows does not support

intptr_t c_mio_create_pair(uint32_t type, intptr_t *first, intptr_t *second) {
  (void)type, (void)first, (void)second;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_peer_credentials(intptr_t socket, c_mio_credentials *credentials) {
  (void)socket, (void)credentials;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_remove_socket_file(const c_mio_name *name) {
  (void)name;
  return -WSAEOPNOTSUPP;
}

// TransmitFile blocks, or needs a completion port of its own.
intptr_t c_mio_send_file(intptr_t socket, intptr_t file, int64_t offset, size_t count) {
  (void)socket, (void)file, (void)offset, (void)count;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_pipe_create(intptr_t *reading_end, intptr_t *writing_end) {
  (void)reading_end, (void)writing_end;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_pipe_adopt(intptr_t descriptor, int is_writing_end) {
  (void)descriptor, (void)is_writing_end;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_pipe_read(intptr_t pipe, const c_mio_piece *pieces, size_t count) {
  (void)pipe, (void)pieces, (void)count;
  return -WSAEOPNOTSUPP;
}

intptr_t c_mio_pipe_write(intptr_t pipe, const c_mio_piece *pieces, size_t count) {
  (void)pipe, (void)pieces, (void)count;
  return -WSAEOPNOTSUPP;
}

#endif
