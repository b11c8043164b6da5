// The Windows interface of the backend: a completion port, polls of the ancillary function driver
// (AFD) and a clock. There is no policy: each function makes the call that its comment names.
// Negative results are negated error codes, unless the result is an NTSTATUS.
//
// Every system has the records and the numbers, for the state machine and for scripted kernels.
// Windows and Wine have the functions. For Wine, winegcc compiles this shim, and a compiler for
// Linux compiles the modules that import it.
#ifndef C_MIO_WINDOWS_H
#define C_MIO_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

// The events that IOCTL_AFD_POLL accepts and returns. AFD_POLL_CONNECT (0x040) is omitted, because
// a connected socket returns it at every poll.
static const uint32_t C_MIO_AFD_RECEIVE = 0x001;
static const uint32_t C_MIO_AFD_RECEIVE_EXPEDITED = 0x002;
static const uint32_t C_MIO_AFD_SEND = 0x004;
static const uint32_t C_MIO_AFD_DISCONNECT = 0x008;
static const uint32_t C_MIO_AFD_ABORT = 0x010;
static const uint32_t C_MIO_AFD_LOCAL_CLOSE = 0x020;
static const uint32_t C_MIO_AFD_ACCEPT = 0x080;
static const uint32_t C_MIO_AFD_CONNECT_FAIL = 0x100;

// The statuses of a poll that the library distinguishes. All other negative ones are failures.
static const int32_t C_MIO_STATUS_SUCCESS = 0;
static const int32_t C_MIO_STATUS_TIMEOUT = 0x00000102;
static const int32_t C_MIO_STATUS_PENDING = 0x00000103;
static const int32_t C_MIO_STATUS_HANDLES_CLOSED = (int32_t)0x8000000A;
static const int32_t C_MIO_STATUS_INVALID_HANDLE = (int32_t)0xC0000008;
static const int32_t C_MIO_STATUS_INSUFFICIENT_RESOURCES = (int32_t)0xC000009A;
static const int32_t C_MIO_STATUS_CANCELLED = (int32_t)0xC0000120;
static const int32_t C_MIO_STATUS_NOT_FOUND = (int32_t)0xC0000225;

// The controls that return a handle of a socket: the handle that AFD knows, and the handles below a
// layered service provider (mswsock.h).
static const uint32_t C_MIO_SIO_BASE_HANDLE = 0x48000022;
static const uint32_t C_MIO_SIO_BSP_HANDLE = 0x4800001B;
static const uint32_t C_MIO_SIO_BSP_HANDLE_SELECT = 0x4800001C;
static const uint32_t C_MIO_SIO_BSP_HANDLE_POLL = 0x4800001D;

// The flags of a helper (winnt.h, winbase.h): other code may open the device as well, and the end
// of a poll sets no event, because nothing waits for the handle itself.
static const uint32_t C_MIO_FILE_SHARE_READ = 1;
static const uint32_t C_MIO_FILE_SHARE_WRITE = 2;
static const uint32_t C_MIO_SKIP_SET_EVENT_ON_HANDLE = 2;

// A poll of one socket: IO_STATUS_BLOCK and AFD_POLL_INFO. The system writes to it until its packet
// has arrived, so the memory must stay in place until then.
typedef struct c_mio_afd_request {
  int32_t status; // as wide as a pointer there
  uintptr_t information;
  int64_t timeout;
  uint32_t count;
  uint32_t exclusive;
  uintptr_t socket;
  uint32_t events;
  int32_t result;
} c_mio_afd_request;

// A packet of a completion port: OVERLAPPED_ENTRY. The operation is the address of a request, or
// the value that was posted.
typedef struct c_mio_packet {
  uintptr_t key;
  uintptr_t operation;
  uintptr_t internal;
  uint32_t bytes;
} c_mio_packet;

#if defined(_WIN32) || defined(C_MIO_WINDOWS)

// CreateIoCompletionPort. Returns a handle.
intptr_t c_mio_port_create(void);

// PostQueuedCompletionStatus.
int32_t c_mio_port_post(intptr_t port, uintptr_t operation);

// GetQueuedCompletionStatusEx. Returns the number of packets that were stored, or 0 when the
// timeout expired. UINT32_MAX waits indefinitely.
intptr_t c_mio_port_wait(intptr_t port, c_mio_packet *packets, size_t capacity,
                         uint32_t milliseconds);

// NtCreateFile of a helper, through which polls are made, with this sharing, then
// CreateIoCompletionPort and SetFileCompletionNotificationModes. Returns a handle.
intptr_t c_mio_afd_open(intptr_t port, uint32_t sharing, uint32_t skipping);

// WSAIoctl with a control that returns a handle.
intptr_t c_mio_socket_handle(intptr_t socket, uint32_t control);

// HeapAlloc and HeapFree of a request. Returns NULL if there is no memory. The heap is needed
// because Wine refuses to write to memory that it has not allocated itself.
c_mio_afd_request *c_mio_afd_request_create(void);
void c_mio_afd_request_destroy(c_mio_afd_request *request);

// NtDeviceIoControlFile with IOCTL_AFD_POLL. Returns an NTSTATUS. A packet arrives for zero and for
// STATUS_PENDING, and for no other result.
int32_t c_mio_afd_submit(intptr_t helper, c_mio_afd_request *request, intptr_t base,
                         uint32_t events);

// NtCancelIoFileEx. Returns an NTSTATUS.
int32_t c_mio_afd_cancel(intptr_t helper, c_mio_afd_request *request);

// RtlNtStatusToDosError. Returns a Win32 error code.
int32_t c_mio_status_error(int32_t status);

// CloseHandle.
int32_t c_mio_handle_close(intptr_t handle);

// QueryPerformanceCounter, in nanoseconds.
uint64_t c_mio_windows_now(void);

#endif

#endif
