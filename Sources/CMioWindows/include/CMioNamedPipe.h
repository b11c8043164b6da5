// The Windows interface of named pipes: overlapped operations whose completion a completion port
// reports. There is no policy: each function makes the call that its comment names. Negative
// results are negated Win32 codes.
//
// As in CMioWindows.h, every system has the records and the numbers. Windows and Wine have the
// functions.
#ifndef C_MIO_NAMED_PIPE_H
#define C_MIO_NAMED_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The Win32 codes that the library distinguishes (winerror.h).
enum {
  C_MIO_ERROR_INVALID_FUNCTION = 1,
  C_MIO_ERROR_FILE_NOT_FOUND = 2,
  C_MIO_ERROR_ACCESS_DENIED = 5,
  C_MIO_ERROR_INVALID_HANDLE = 6,
  C_MIO_ERROR_NOT_ENOUGH_MEMORY = 8,
  C_MIO_ERROR_WRITE_FAULT = 29,
  C_MIO_ERROR_NOT_SUPPORTED = 50,
  C_MIO_ERROR_BAD_NETPATH = 53,
  C_MIO_ERROR_NETNAME_DELETED = 64,
  C_MIO_ERROR_INVALID_PARAMETER = 87,
  C_MIO_ERROR_BROKEN_PIPE = 109,
  C_MIO_ERROR_SEM_TIMEOUT = 121,
  C_MIO_ERROR_INVALID_NAME = 123,
  C_MIO_ERROR_BAD_PIPE = 230,
  C_MIO_ERROR_PIPE_BUSY = 231,
  C_MIO_ERROR_NO_DATA = 232,
  C_MIO_ERROR_PIPE_NOT_CONNECTED = 233,
  C_MIO_ERROR_MORE_DATA = 234,
  C_MIO_ERROR_PIPE_CONNECTED = 535,
  C_MIO_ERROR_PIPE_LISTENING = 536,
  C_MIO_ERROR_OPERATION_ABORTED = 995,
  C_MIO_ERROR_IO_PENDING = 997,
  C_MIO_ERROR_NO_SYSTEM_RESOURCES = 1450,
  C_MIO_ERROR_COMMITMENT_LIMIT = 1455,
  C_MIO_ERROR_NOT_ENOUGH_QUOTA = 1816
};

// PIPE_UNLIMITED_INSTANCES.
static const uint32_t C_MIO_PIPE_UNLIMITED = 255;

// The flags that open an instance: the direction of the bytes, overlapped operations, and the
// requirement that the instance is the first of its name (winbase.h).
static const uint32_t C_MIO_PIPE_ACCESS_INBOUND = 0x00000001;
static const uint32_t C_MIO_PIPE_ACCESS_OUTBOUND = 0x00000002;
static const uint32_t C_MIO_FILE_FLAG_FIRST_PIPE_INSTANCE = 0x00080000;
static const uint32_t C_MIO_FILE_FLAG_OVERLAPPED = 0x40000000;

// The type of an instance, its read mode, and the rejection of remote clients.
static const uint32_t C_MIO_PIPE_TYPE_MESSAGE = 4;
static const uint32_t C_MIO_PIPE_READMODE_MESSAGE = 2;
static const uint32_t C_MIO_PIPE_REJECT_REMOTE_CLIENTS = 8;

// The access rights of a client's end (winnt.h). If a client can only read or only write, the
// second pair of rights allows it to set and to query the state of the pipe.
static const uint32_t C_MIO_GENERIC_READ = 0x80000000;
static const uint32_t C_MIO_GENERIC_WRITE = 0x40000000;
static const uint32_t C_MIO_FILE_READ_ATTRIBUTES = 0x80;
static const uint32_t C_MIO_FILE_WRITE_ATTRIBUTES = 0x100;

// The flags of a client's end: the server may identify the client, but not impersonate it
// (winbase.h).
static const uint32_t C_MIO_SECURITY_SQOS_PRESENT = 0x00100000;
static const uint32_t C_MIO_SECURITY_IDENTIFICATION = 0x00010000;

// An overlapped operation: OVERLAPPED, followed by the buffer. The system writes to both until the
// packet of the operation has arrived, so the memory must stay in place until then.
typedef struct c_mio_named_pipe_operation {
  uintptr_t status;
  uintptr_t bytes;
  uint32_t offset[2];
  uintptr_t event;
} c_mio_named_pipe_operation;

// The arguments that create a pipe.
typedef struct c_mio_named_pipe_options {
  uint32_t open_mode;
  uint32_t pipe_mode;
  uint32_t instances;
  uint32_t inbound;
  uint32_t outbound;
} c_mio_named_pipe_options;

// The properties of a handle.
typedef struct c_mio_named_pipe_description {
  // Whether the rights of the handle allow the other properties to be queried. A handle that can
  // only write does not have these rights.
  bool is_known;
  bool is_message_type;
  bool reads_messages;
  // Whether operations fail instead of waiting: PIPE_NOWAIT.
  bool is_nonblocking;
  // Whether a peer is connected, or was connected and has not been disconnected since.
  bool is_connected;
  // Whether operations wait for their completion, so that they cannot be overlapped.
  bool is_synchronous;
} c_mio_named_pipe_description;

#if defined(_WIN32) || defined(C_MIO_WINDOWS)

// CreateNamedPipeW with a handle that is not inherited. Returns the handle.
intptr_t c_mio_named_pipe_create(const uint16_t *name, c_mio_named_pipe_options options);

// CreateFileW of the client's end with a handle that is not inherited. Returns the handle.
intptr_t c_mio_named_pipe_open(const uint16_t *name, uint32_t access, uint32_t flags);

// NtQueryInformationFile with FileModeInformation, FilePipeInformation and
// FilePipeLocalInformation.
int32_t c_mio_named_pipe_describe(intptr_t handle, c_mio_named_pipe_description *description);

// SetNamedPipeHandleState: operations wait, and a read returns messages or bytes.
int32_t c_mio_named_pipe_set_mode(intptr_t handle, bool messages);

// SetHandleInformation: the handle is not inherited.
int32_t c_mio_named_pipe_keep_private(intptr_t handle);

// CreateIoCompletionPort, which binds the handle to a port.
int32_t c_mio_named_pipe_bind(intptr_t handle, intptr_t port);

// SetFileCompletionNotificationModes: an operation that succeeds at once sends no packet. The mode
// cannot be undone.
int32_t c_mio_named_pipe_skip_packets(intptr_t handle);

// HeapAlloc and HeapFree of an operation and its buffer. Returns NULL if there is no memory.
c_mio_named_pipe_operation *c_mio_named_pipe_operation_create(size_t capacity);
void c_mio_named_pipe_operation_destroy(c_mio_named_pipe_operation *operation);

// ConnectNamedPipe, ReadFile and WriteFile. A packet arrives for ERROR_IO_PENDING and
// ERROR_MORE_DATA, and for zero unless such packets are skipped. No other result sends a packet.
int32_t c_mio_named_pipe_connect(intptr_t handle, c_mio_named_pipe_operation *operation);
int32_t c_mio_named_pipe_read(intptr_t handle, c_mio_named_pipe_operation *operation, uint32_t count);
int32_t c_mio_named_pipe_write(intptr_t handle, c_mio_named_pipe_operation *operation, uint32_t count);

// CancelIoEx.
int32_t c_mio_named_pipe_cancel(intptr_t handle, c_mio_named_pipe_operation *operation);

// DisconnectNamedPipe.
int32_t c_mio_named_pipe_disconnect(intptr_t handle);

#endif

#endif
