#include "CWinsockRecorder.h"

#if defined(_WIN32)

#include "../../Sources/CMioSocket/Winsock.h"

#include <stdlib.h>

enum { ROOM = 256 };
static c_winsock_call recorded[ROOM];
static int32_t count;
static const c_mio_winsock_table *original;
static c_mio_winsock_table recorder;

static int64_t number(const void *value, size_t size) {
  int64_t result = 0;
  if (value) memcpy(&result, value, size < sizeof result ? size : sizeof result);
  return result;
}

static void record(int32_t kind, int32_t level, int64_t name, int64_t value) {
  if (count < ROOM) recorded[count] = (c_winsock_call){kind, level, name, value};
  count++;
}

static int WINAPI control(SOCKET socket, DWORD code, void *in, DWORD in_size, void *out, DWORD out_size,
                          DWORD *bytes, WSAOVERLAPPED *overlapped,
                          LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
  record(C_WINSOCK_CONTROL, 0, code, number(in, in_size));
  return original->call_WSAIoctl(socket, code, in, in_size, out, out_size, bytes, overlapped, routine);
}

static int WINAPI set_option(SOCKET socket, int level, int name, const char *value, int size) {
  record(C_WINSOCK_OPTION, level, name, number(value, (size_t)size));
  return original->call_setsockopt(socket, level, name, value, size);
}

static int WINAPI listen_at(SOCKET socket, int backlog) {
  record(C_WINSOCK_LISTEN, 0, 0, backlog);
  return original->call_listen(socket, backlog);
}

void c_winsock_record(void) {
  count = 0;
  if (c_mio_winsock_start() < 0) abort();
  if (original) return;
  original = atomic_load(&c_mio_winsock);
  recorder = *original;
  recorder.call_WSAIoctl = control;
  recorder.call_setsockopt = set_option;
  recorder.call_listen = listen_at;
  atomic_store(&c_mio_winsock, &recorder);
}

int32_t c_winsock_recorded(c_winsock_call *calls, int32_t room) {
  if (original) atomic_store(&c_mio_winsock, original);
  original = NULL;
  memcpy(calls, recorded, sizeof *calls * (size_t)(count < room ? count : room));
  return count;
}

#endif
