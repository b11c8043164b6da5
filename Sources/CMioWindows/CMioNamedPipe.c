#include "CMioNamedPipe.h"
#include "CMioWindows.h"

#if defined(_WIN32)

#include <windows.h>
#include <winternl.h>

#if !defined(PIPE_REJECT_REMOTE_CLIENTS)
#define PIPE_REJECT_REMOTE_CLIENTS 8
#endif

enum { PIPE_KEY = 3, SKIP_ON_SUCCESS = 1, MODE_INFORMATION = 16, LOCAL_INFORMATION = 24 };
enum { STATE_CONNECTED = 3, STATE_CLOSING = 4, SYNCHRONOUS = 0x30 };

// FILE_PIPE_LOCAL_INFORMATION, which not every compiler's headers have.
typedef struct {
  ULONG type, configuration, maximum, current, inbound, readable, outbound, writable, state, end;
} local_information;

_Static_assert(sizeof(c_mio_named_pipe_operation) == sizeof(OVERLAPPED) &&
                   offsetof(c_mio_named_pipe_operation, status) == offsetof(OVERLAPPED, Internal) &&
                   offsetof(c_mio_named_pipe_operation, bytes) == offsetof(OVERLAPPED, InternalHigh) &&
                   offsetof(c_mio_named_pipe_operation, offset) == offsetof(OVERLAPPED, Offset) &&
                   offsetof(c_mio_named_pipe_operation, event) == offsetof(OVERLAPPED, hEvent),
               "layout of OVERLAPPED");
_Static_assert(sizeof(WCHAR) == sizeof(uint16_t), "names are UTF-16");

typedef NTSTATUS(NTAPI *query_file)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, int);

static int32_t failure(void) { return -(int32_t)GetLastError(); }

static int32_t check(BOOL success) { return success ? 0 : failure(); }

intptr_t c_mio_named_pipe_create(const uint16_t *name, c_mio_named_pipe_options options) {
  DWORD open = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED;
  if (options.first) open |= FILE_FLAG_FIRST_PIPE_INSTANCE;
  DWORD mode = options.messages ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE : PIPE_TYPE_BYTE;
  if (!options.remote) mode |= PIPE_REJECT_REMOTE_CLIENTS;
  HANDLE handle = CreateNamedPipeW((const WCHAR *)name, open, mode, options.instances,
                                   options.outbound, options.inbound, 0, NULL);
  return handle == INVALID_HANDLE_VALUE ? failure() : (intptr_t)handle;
}

intptr_t c_mio_named_pipe_open(const uint16_t *name) {
  DWORD flags = FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;
  HANDLE handle = CreateFileW((const WCHAR *)name, GENERIC_READ | GENERIC_WRITE, 0, NULL,
                              OPEN_EXISTING, flags, NULL);
  return handle == INVALID_HANDLE_VALUE ? failure() : (intptr_t)handle;
}

int32_t c_mio_named_pipe_describe(intptr_t handle, c_mio_named_pipe_description *description) {
  query_file query = (query_file)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQueryInformationFile");
  IO_STATUS_BLOCK block;
  local_information local = {0};
  ULONG mode = 0;
  NTSTATUS status = query((HANDLE)handle, &block, &local, sizeof local, LOCAL_INFORMATION);
  if (status >= 0) status = query((HANDLE)handle, &block, &mode, sizeof mode, MODE_INFORMATION);
  if (status < 0) return -c_mio_status_error(status);
  *description = (c_mio_named_pipe_description){
      .is_message_type = local.type != 0,
      .is_connected = local.state == STATE_CONNECTED || local.state == STATE_CLOSING,
      .is_synchronous = (mode & SYNCHRONOUS) != 0,
  };
  return 0;
}

int32_t c_mio_named_pipe_set_mode(intptr_t handle, bool messages) {
  DWORD mode = PIPE_WAIT | (messages ? PIPE_READMODE_MESSAGE : PIPE_READMODE_BYTE);
  return check(SetNamedPipeHandleState((HANDLE)handle, &mode, NULL, NULL));
}

int32_t c_mio_named_pipe_keep_private(intptr_t handle) {
  return check(SetHandleInformation((HANDLE)handle, HANDLE_FLAG_INHERIT, 0));
}

int32_t c_mio_named_pipe_bind(intptr_t handle, intptr_t port) {
  return check(CreateIoCompletionPort((HANDLE)handle, (HANDLE)port, PIPE_KEY, 0) != NULL);
}

int32_t c_mio_named_pipe_skip_packets(intptr_t handle) {
  return check(SetFileCompletionNotificationModes((HANDLE)handle, SKIP_ON_SUCCESS));
}

c_mio_named_pipe_operation *c_mio_named_pipe_operation_create(size_t capacity) {
  return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(c_mio_named_pipe_operation) + capacity);
}

void c_mio_named_pipe_operation_destroy(c_mio_named_pipe_operation *operation) {
  HeapFree(GetProcessHeap(), 0, operation);
}

int32_t c_mio_named_pipe_connect(intptr_t handle, c_mio_named_pipe_operation *operation) {
  *operation = (c_mio_named_pipe_operation){0};
  return check(ConnectNamedPipe((HANDLE)handle, (OVERLAPPED *)operation));
}

int32_t c_mio_named_pipe_read(intptr_t handle, c_mio_named_pipe_operation *operation, uint32_t count) {
  *operation = (c_mio_named_pipe_operation){0};
  return check(ReadFile((HANDLE)handle, operation + 1, count, NULL, (OVERLAPPED *)operation));
}

int32_t c_mio_named_pipe_write(intptr_t handle, c_mio_named_pipe_operation *operation, uint32_t count) {
  *operation = (c_mio_named_pipe_operation){0};
  return check(WriteFile((HANDLE)handle, operation + 1, count, NULL, (OVERLAPPED *)operation));
}

int32_t c_mio_named_pipe_cancel(intptr_t handle, c_mio_named_pipe_operation *operation) {
  return check(CancelIoEx((HANDLE)handle, (OVERLAPPED *)operation));
}

int32_t c_mio_named_pipe_disconnect(intptr_t handle) {
  return check(DisconnectNamedPipe((HANDLE)handle));
}

#endif
