#include "CWineSocket.h"

#if defined(_WIN32)

#include <winsock2.h>
#include <windows.h>
#include <winternl.h>

#include <stdlib.h>
#include <string.h>

// All of Winsock by name: its functions have the names of the C library's.
static FARPROC winsock(const char *name) {
  static HMODULE module;
  if (!module) {
    module = LoadLibraryA("ws2_32.dll");
    WSADATA data;
    ((int(WINAPI *)(WORD, WSADATA *))(void *)GetProcAddress(module, "WSAStartup"))(0x0202, &data);
  }
  return GetProcAddress(module, name);
}

#define CALL(result, parameters, name) ((result(WINAPI *) parameters)(void *)winsock(#name))

static int32_t failure(void) { return -CALL(int, (void), WSAGetLastError)(); }

static SOCKET create(void) {
  return CALL(SOCKET, (int, int, int, void *, DWORD, DWORD), WSASocketW)(
      AF_INET, SOCK_STREAM, 0, NULL, 0, 0x81);
}

static void make_nonblocking(SOCKET socket) {
  u_long one = 1;
  CALL(int, (SOCKET, long, u_long *), ioctlsocket)(socket, FIONBIO, &one);
}

int32_t c_wine_pair(intptr_t sockets[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = 0x0100007f;
  int length = sizeof address;
  SOCKET listener = create(), client = create();
  if (CALL(int, (SOCKET, void *, int), bind)(listener, &address, length) != 0 ||
      CALL(int, (SOCKET, int), listen)(listener, 1) != 0 ||
      CALL(int, (SOCKET, void *, int *), getsockname)(listener, &address, &length) != 0 ||
      CALL(int, (SOCKET, void *, int), connect)(client, &address, length) != 0) {
    int32_t error = failure();
    c_wine_close((intptr_t)listener);
    c_wine_close((intptr_t)client);
    return error;
  }
  SOCKET server = CALL(SOCKET, (SOCKET, void *, int *), accept)(listener, NULL, NULL);
  c_wine_close((intptr_t)listener);
  make_nonblocking(client);
  make_nonblocking(server);
  sockets[0] = (intptr_t)client;
  sockets[1] = (intptr_t)server;
  return 0;
}

intptr_t c_wine_send(intptr_t socket, const void *bytes, size_t count) {
  int result = CALL(int, (SOCKET, const void *, int, int), send)((SOCKET)socket, bytes, (int)count, 0);
  return result < 0 ? failure() : result;
}

intptr_t c_wine_receive(intptr_t socket, void *bytes, size_t count, int32_t peek) {
  int result = CALL(int, (SOCKET, void *, int, int), recv)((SOCKET)socket, bytes, (int)count,
                                                            peek ? MSG_PEEK : 0);
  return result < 0 ? failure() : result;
}

int32_t c_wine_shutdown(intptr_t socket, int32_t direction) {
  return CALL(int, (SOCKET, int), shutdown)((SOCKET)socket, direction) < 0 ? failure() : 0;
}

int32_t c_wine_close(intptr_t socket) {
  return CALL(int, (SOCKET), closesocket)((SOCKET)socket) < 0 ? failure() : 0;
}

// NtQuerySystemInformation, class 64: GetProcessHandleCount always says 0 under Wine.
int64_t c_wine_handle_count(void) {
  typedef struct {
    void *object;
    ULONG_PTR process, handle;
    ULONG access;
    USHORT creator, type;
    ULONG attributes, reserved;
  } entry;
  typedef NTSTATUS(WINAPI * query_information)(int, void *, ULONG, ULONG *);
  query_information query = (query_information)(void *)GetProcAddress(
      GetModuleHandleA("ntdll.dll"), "NtQuerySystemInformation");
  for (ULONG size = 1 << 16; size <= 1 << 26; size *= 2) {
    char *memory = malloc(size);
    if (!memory) return -1;
    NTSTATUS status = query(64, memory, size, NULL);
    if (status >= 0) {
      ULONG_PTR total = *(ULONG_PTR *)memory, own = GetCurrentProcessId();
      const entry *entries = (const entry *)(memory + 2 * sizeof(ULONG_PTR));
      int64_t count = 0;
      for (ULONG_PTR i = 0; i < total; i++) count += entries[i].process == own;
      free(memory);
      return count;
    }
    free(memory);
  }
  return -1;
}

#endif
