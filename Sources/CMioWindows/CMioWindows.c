#include "CMioLibrary.h"
#include "CMioWindows.h"

#if defined(_WIN32)

#define WIN32_NO_STATUS
#include <winsock2.h>

#include <mswsock.h>
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

enum { IOCTL_AFD_POLL = 0x00012024, HELPER_KEY = 2, OPEN_EXISTING_FILE = 1 };

_Static_assert(sizeof(c_mio_packet) == sizeof(OVERLAPPED_ENTRY) &&
                   offsetof(c_mio_packet, key) == offsetof(OVERLAPPED_ENTRY, lpCompletionKey) &&
                   offsetof(c_mio_packet, operation) == offsetof(OVERLAPPED_ENTRY, lpOverlapped) &&
                   offsetof(c_mio_packet, bytes) ==
                       offsetof(OVERLAPPED_ENTRY, dwNumberOfBytesTransferred),
               "layout of OVERLAPPED_ENTRY");

// AFD_POLL_INFO for one socket. No public header declares it.
typedef struct {
  LARGE_INTEGER timeout;
  ULONG count, exclusive;
  struct {
    HANDLE socket;
    ULONG events;
    NTSTATUS result;
  } sockets[1];
} poll_info;

enum { INFO = offsetof(c_mio_afd_request, timeout) };

#define SAME_PLACE(twin, member) \
  (offsetof(c_mio_afd_request, twin) - INFO == offsetof(poll_info, member))
_Static_assert(offsetof(c_mio_afd_request, status) == offsetof(IO_STATUS_BLOCK, Status) &&
                   offsetof(c_mio_afd_request, information) == offsetof(IO_STATUS_BLOCK, Information) &&
                   INFO >= sizeof(IO_STATUS_BLOCK),
               "layout of IO_STATUS_BLOCK");
_Static_assert(SAME_PLACE(timeout, timeout) && SAME_PLACE(count, count) &&
                   SAME_PLACE(exclusive, exclusive) && SAME_PLACE(socket, sockets[0].socket) &&
                   SAME_PLACE(events, sockets[0].events) && SAME_PLACE(result, sockets[0].result) &&
                   sizeof(c_mio_afd_request) - INFO == sizeof(poll_info),
               "layout of AFD_POLL_INFO");

typedef NTSTATUS(NTAPI *create_file)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK,
                                     PLARGE_INTEGER, ULONG, ULONG, ULONG, ULONG, PVOID, ULONG);
typedef NTSTATUS(NTAPI *device_control)(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK,
                                        ULONG, PVOID, ULONG, PVOID, ULONG);
typedef NTSTATUS(NTAPI *cancel_io)(HANDLE, PIO_STATUS_BLOCK, PIO_STATUS_BLOCK);
typedef ULONG(NTAPI *status_to_error)(NTSTATUS);
typedef int(WINAPI *socket_control)(SOCKET, DWORD, LPVOID, DWORD, LPVOID, DWORD, LPDWORD,
                                    LPWSAOVERLAPPED, LPWSAOVERLAPPED_COMPLETION_ROUTINE);
typedef int(WINAPI *last_error)(void);

// GCC does not accept a variable in a constant expression.
#if defined(__clang__)
#define SAME_NUMBER(name) _Static_assert((uint32_t)C_MIO_##name == (uint32_t)name, #name)
SAME_NUMBER(STATUS_SUCCESS);
SAME_NUMBER(STATUS_TIMEOUT);
SAME_NUMBER(STATUS_PENDING);
SAME_NUMBER(STATUS_HANDLES_CLOSED);
SAME_NUMBER(STATUS_INVALID_HANDLE);
SAME_NUMBER(STATUS_INSUFFICIENT_RESOURCES);
SAME_NUMBER(STATUS_CANCELLED);
SAME_NUMBER(STATUS_NOT_FOUND);
SAME_NUMBER(FILE_SHARE_READ);
SAME_NUMBER(FILE_SHARE_WRITE);
SAME_NUMBER(SIO_BASE_HANDLE);
#if defined(SIO_BSP_HANDLE)
SAME_NUMBER(SIO_BSP_HANDLE);
SAME_NUMBER(SIO_BSP_HANDLE_SELECT);
SAME_NUMBER(SIO_BSP_HANDLE_POLL);
#endif
#endif

#define SAME_TYPE(type, function) \
  _Static_assert(__builtin_types_compatible_p(type, __typeof__(&function)), #function)
SAME_TYPE(create_file, NtCreateFile);
SAME_TYPE(device_control, NtDeviceIoControlFile);
SAME_TYPE(status_to_error, RtlNtStatusToDosError);
SAME_TYPE(socket_control, WSAIoctl);
SAME_TYPE(last_error, WSAGetLastError);

C_MIO_LIBRARY_FUNCTION(create_file, "ntdll.dll", NtCreateFile)
C_MIO_LIBRARY_FUNCTION(device_control, "ntdll.dll", NtDeviceIoControlFile)
C_MIO_LIBRARY_FUNCTION(cancel_io, "ntdll.dll", NtCancelIoFileEx)
C_MIO_LIBRARY_FUNCTION(status_to_error, "ntdll.dll", RtlNtStatusToDosError)
C_MIO_LIBRARY_FUNCTION(socket_control, "ws2_32.dll", WSAIoctl)
C_MIO_LIBRARY_FUNCTION(last_error, "ws2_32.dll", WSAGetLastError)

static intptr_t failure(void) { return -(intptr_t)GetLastError(); }

intptr_t c_mio_port_create(void) {
  HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
  return port ? (intptr_t)port : failure();
}

int32_t c_mio_port_post(intptr_t port, uintptr_t operation) {
  return PostQueuedCompletionStatus((HANDLE)port, 0, 0, (OVERLAPPED *)operation) ? 0 : (int32_t)failure();
}

intptr_t c_mio_port_wait(intptr_t port, c_mio_packet *packets, size_t capacity,
                         uint32_t milliseconds) {
  ULONG count = 0;
  ULONG room = capacity > 0xFFFFFFFF ? 0xFFFFFFFF : (ULONG)capacity;
  if (GetQueuedCompletionStatusEx((HANDLE)port, (OVERLAPPED_ENTRY *)packets, room, &count,
                                  milliseconds, FALSE))
    return (intptr_t)count;
  return GetLastError() == WAIT_TIMEOUT ? 0 : failure();
}

intptr_t c_mio_afd_open(intptr_t port, uint32_t sharing, uint32_t skipping) {
  WCHAR path[] = {'\\', 'D', 'e', 'v', 'i', 'c', 'e', '\\', 'A', 'f', 'd', '\\', 'M', 'i', 'o', 0};
  UNICODE_STRING name = {sizeof path - sizeof path[0], sizeof path, path};
  OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .ObjectName = &name};
  IO_STATUS_BLOCK block;
  HANDLE helper;
  NTSTATUS status = NtCreateFile_function()(&helper, SYNCHRONIZE, &attributes, &block, NULL, 0,
                                            sharing, OPEN_EXISTING_FILE, 0, NULL, 0);
  if (status < 0) return -c_mio_status_error(status);
  if (!CreateIoCompletionPort(helper, (HANDLE)port, HELPER_KEY, 0) ||
      !SetFileCompletionNotificationModes(helper, (UCHAR)skipping)) {
    intptr_t error = failure();
    CloseHandle(helper);
    return error;
  }
  return (intptr_t)helper;
}

intptr_t c_mio_socket_handle(intptr_t socket, uint32_t control) {
  if (!WSAIoctl_function()) return -ERROR_PROC_NOT_FOUND;
  SOCKET handle = INVALID_SOCKET;
  DWORD bytes;
  if (WSAIoctl_function()((SOCKET)socket, control, NULL, 0, &handle, sizeof handle, &bytes, NULL,
                                NULL) == 0)
    return (intptr_t)handle;
  return -(intptr_t)WSAGetLastError_function()();
}

c_mio_afd_request *c_mio_afd_request_create(void) {
  return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(c_mio_afd_request));
}

void c_mio_afd_request_destroy(c_mio_afd_request *request) {
  HeapFree(GetProcessHeap(), 0, request);
}

int32_t c_mio_afd_submit(intptr_t helper, c_mio_afd_request *request, intptr_t base,
                         uint32_t events) {
  *request = (c_mio_afd_request){
      .status = C_MIO_STATUS_PENDING,
      .timeout = INT64_MAX,
      .count = 1,
      .socket = (uintptr_t)base,
      .events = events,
  };
  void *info = &request->timeout;
  ULONG size = sizeof(poll_info);
  return NtDeviceIoControlFile_function()((HANDLE)helper, NULL, NULL, request,
                                          (IO_STATUS_BLOCK *)request, IOCTL_AFD_POLL, info, size,
                                          info, size);
}

int32_t c_mio_afd_cancel(intptr_t helper, c_mio_afd_request *request) {
  IO_STATUS_BLOCK block;
  return NtCancelIoFileEx_function()((HANDLE)helper, (IO_STATUS_BLOCK *)request, &block);
}

int32_t c_mio_status_error(int32_t status) {
  return (int32_t)RtlNtStatusToDosError_function()((NTSTATUS)status);
}

int32_t c_mio_handle_close(intptr_t handle) {
  return CloseHandle((HANDLE)handle) ? 0 : (int32_t)failure();
}

uint64_t c_mio_windows_now(void) {
  // The frequency is queried each time. Threads would share a stored value, and on a 32-bit system
  // they could read half of a 64-bit number.
  LARGE_INTEGER frequency, value;
  QueryPerformanceFrequency(&frequency);
  QueryPerformanceCounter(&value);
  uint64_t ticks = (uint64_t)value.QuadPart, per_second = (uint64_t)frequency.QuadPart;
  return ticks / per_second * 1000000000u + ticks % per_second * 1000000000u / per_second;
}

#endif
