// The Windows interface of waits for objects: a completion port gets a packet when an object is
// signaled. There is no policy: each function makes the call that its comment names. Negative
// results are negated Win32 codes.
#ifndef C_MIO_WAIT_H
#define C_MIO_WAIT_H

#include <stdint.h>

// The results of c_mio_wait_look.
static const int32_t C_MIO_WAIT_SIGNALED = 0;
static const int32_t C_MIO_WAIT_TIMEOUT = 258;

#if defined(_WIN32) || defined(C_MIO_WINDOWS)

// NtCreateWaitCompletionPacket. Returns a handle. -ERROR_NOT_SUPPORTED before Windows 8, and under
// Wine 8.
intptr_t c_mio_wait_create(void);

// NtAssociateWaitCompletionPacket: the port gets one packet with this operation when the object is
// signaled, or at once if the object is already signaled.
int32_t c_mio_wait_associate(intptr_t packet, intptr_t port, intptr_t object, uintptr_t operation);

// NtCancelWaitCompletionPacket, also of a packet that is still in the port. Returns an NTSTATUS.
// Zero means that no packet will arrive.
int32_t c_mio_wait_cancel(intptr_t packet);

// WaitForSingleObject without a wait. Returns C_MIO_WAIT_SIGNALED or C_MIO_WAIT_TIMEOUT.
int32_t c_mio_wait_look(intptr_t object);

#endif

#endif
