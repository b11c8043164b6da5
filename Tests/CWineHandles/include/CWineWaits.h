// Objects to wait for, and their connection to a port on versions of Wine without
// NtAssociateWaitCompletionPacket.
#ifndef C_WINE_WAITS_H
#define C_WINE_WAITS_H

#include <stdint.h>

// CreateEventA, which returns a handle, SetEvent, ResetEvent and CloseHandle.
intptr_t c_wine_event_create(int32_t resets_itself);
void c_wine_event_set(intptr_t event);
void c_wine_event_reset(intptr_t event);
void c_wine_close(intptr_t handle);

// CreateProcessA of a program that ends at once. Returns a handle.
intptr_t c_wine_process_start(void);

// A thread that waits, with the interface of wait completion packets.
intptr_t c_wine_wait_create(void);
int32_t c_wine_wait_associate(intptr_t packet, intptr_t port, intptr_t object, uintptr_t operation);
int32_t c_wine_wait_cancel(intptr_t packet);
void c_wine_wait_destroy(intptr_t packet);

#endif
