// What waiting for objects of Windows needs: packets that a completion port gets when an object is signaled. No
// policy: each function makes the call that its comment names. Results below zero are negated Win32 codes.
#ifndef C_MIO_WAIT_H
#define C_MIO_WAIT_H

#include <stdint.h>

// What a look at an object finds.
static const int32_t C_MIO_WAIT_SIGNALED = 0;
static const int32_t C_MIO_WAIT_TIMEOUT = 258;

#if defined(_WIN32) || defined(C_MIO_WINDOWS)

// NtCreateWaitCompletionPacket: a handle. -ERROR_NOT_SUPPORTED before Windows 8, and under Wine 8.
intptr_t c_mio_wait_create(void);

// NtAssociateWaitCompletionPacket: when the object is signaled, or is already, the port gets a packet with this
// operation, once.
int32_t c_mio_wait_associate(intptr_t packet, intptr_t port, intptr_t object, uintptr_t operation);

// NtCancelWaitCompletionPacket, also of a packet that the port has and nobody has taken: an NTSTATUS. Zero if
// none will come.
int32_t c_mio_wait_cancel(intptr_t packet);

// WaitForSingleObject, which does not wait: C_MIO_WAIT_….
int32_t c_mio_wait_look(intptr_t object);

#endif

#endif
