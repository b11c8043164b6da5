#include "CMioNamedPipe.h"
#include "CMioLibrary.h"
#include "CMioWindows.h"

#if defined(_WIN32)

#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

enum { PIPE_KEY = 3, SKIP_ON_SUCCESS = 1 };
enum { MODE_INFORMATION = 16, PIPE_INFORMATION = 23, LOCAL_INFORMATION = 24 };
enum { STATE_CONNECTED = 3, STATE_CLOSING = 4, SYNCHRONOUS = 0x30 };

// FILE_PIPE_INFORMATION and FILE_PIPE_LOCAL_INFORMATION, which the headers of some compilers lack.
typedef struct {
  ULONG reads_messages, is_nonblocking;
} pipe_information;
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

// GCC does not accept a variable in a constant expression.
#if defined(__clang__)
#define SAME_NUMBER(name) _Static_assert(C_MIO_##name == (uint32_t)name, #name)
SAME_NUMBER(PIPE_ACCESS_INBOUND);
SAME_NUMBER(PIPE_ACCESS_OUTBOUND);
SAME_NUMBER(FILE_FLAG_FIRST_PIPE_INSTANCE);
SAME_NUMBER(FILE_FLAG_OVERLAPPED);
SAME_NUMBER(PIPE_TYPE_MESSAGE);
SAME_NUMBER(PIPE_READMODE_MESSAGE);
SAME_NUMBER(PIPE_REJECT_REMOTE_CLIENTS);
SAME_NUMBER(GENERIC_READ);
SAME_NUMBER(GENERIC_WRITE);
SAME_NUMBER(FILE_READ_ATTRIBUTES);
SAME_NUMBER(FILE_WRITE_ATTRIBUTES);
SAME_NUMBER(SECURITY_SQOS_PRESENT);
SAME_NUMBER(SECURITY_IDENTIFICATION);
#endif

#define SAME_CODE(name) _Static_assert((int)C_MIO_##name == (int)name, #name)
SAME_CODE(ERROR_INVALID_FUNCTION);
SAME_CODE(ERROR_FILE_NOT_FOUND);
SAME_CODE(ERROR_ACCESS_DENIED);
SAME_CODE(ERROR_INVALID_HANDLE);
SAME_CODE(ERROR_NOT_ENOUGH_MEMORY);
SAME_CODE(ERROR_WRITE_FAULT);
SAME_CODE(ERROR_NOT_SUPPORTED);
SAME_CODE(ERROR_BAD_NETPATH);
SAME_CODE(ERROR_NETNAME_DELETED);
SAME_CODE(ERROR_INVALID_PARAMETER);
SAME_CODE(ERROR_BROKEN_PIPE);
SAME_CODE(ERROR_SEM_TIMEOUT);
SAME_CODE(ERROR_INVALID_NAME);
SAME_CODE(ERROR_BAD_PIPE);
SAME_CODE(ERROR_PIPE_BUSY);
SAME_CODE(ERROR_NO_DATA);
SAME_CODE(ERROR_PIPE_NOT_CONNECTED);
SAME_CODE(ERROR_MORE_DATA);
SAME_CODE(ERROR_PIPE_CONNECTED);
SAME_CODE(ERROR_PIPE_LISTENING);
SAME_CODE(ERROR_OPERATION_ABORTED);
SAME_CODE(ERROR_IO_PENDING);
SAME_CODE(ERROR_NO_SYSTEM_RESOURCES);
SAME_CODE(ERROR_COMMITMENT_LIMIT);
SAME_CODE(ERROR_NOT_ENOUGH_QUOTA);

typedef NTSTATUS(NTAPI *query_file)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, int);
C_MIO_LIBRARY_FUNCTION(query_file, "ntdll.dll", NtQueryInformationFile)

static int32_t failure(void) { return -(int32_t)GetLastError(); }

static int32_t check(BOOL success) { return success ? 0 : failure(); }

intptr_t c_mio_named_pipe_create(const uint16_t *name, c_mio_named_pipe_options options) {
  HANDLE handle = CreateNamedPipeW((const WCHAR *)name, options.open_mode, options.pipe_mode,
                                   options.instances, options.outbound, options.inbound, 0, NULL);
  return handle == INVALID_HANDLE_VALUE ? failure() : (intptr_t)handle;
}

intptr_t c_mio_named_pipe_open(const uint16_t *name, uint32_t access, uint32_t flags) {
  HANDLE handle = CreateFileW((const WCHAR *)name, access, 0, NULL, OPEN_EXISTING, flags, NULL);
  return handle == INVALID_HANDLE_VALUE ? failure() : (intptr_t)handle;
}

int32_t c_mio_named_pipe_describe(intptr_t handle, c_mio_named_pipe_description *description) {
  query_file query = NtQueryInformationFile_function();
  IO_STATUS_BLOCK block;
  pipe_information pipe = {0};
  local_information local = {0};
  ULONG mode = 0;
  NTSTATUS status = query((HANDLE)handle, &block, &mode, sizeof mode, MODE_INFORMATION);
  if (status < 0) return -c_mio_status_error(status);
  status = query((HANDLE)handle, &block, &local, sizeof local, LOCAL_INFORMATION);
  if (status >= 0) status = query((HANDLE)handle, &block, &pipe, sizeof pipe, PIPE_INFORMATION);
  if (status < 0 && status != STATUS_ACCESS_DENIED) return -c_mio_status_error(status);
  *description = (c_mio_named_pipe_description){
      .is_known = status >= 0,
      .is_message_type = local.type != 0,
      .is_connected = local.state == STATE_CONNECTED || local.state == STATE_CLOSING,
      .reads_messages = pipe.reads_messages != 0,
      .is_nonblocking = pipe.is_nonblocking != 0,
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
