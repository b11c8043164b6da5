// The handles of a process under Wine.
#ifndef C_WINE_HANDLES_H
#define C_WINE_HANDLES_H

#include <stddef.h>
#include <stdint.h>

typedef struct c_wine_handle {
  int32_t value;
  int32_t type;
} c_wine_handle;

// NtQuerySystemInformation: stores up to `room` handles, and returns the number of handles that
// exist.
size_t c_wine_handles(c_wine_handle *handles, size_t room);

// GetHandleInformation: whether a child process inherits the handle.
int32_t c_wine_is_inherited(intptr_t handle);

// SetHandleInformation and ioctlsocket: makes a socket inherited and blocking, as the sockets of
// other libraries are.
void c_wine_make_ordinary(intptr_t socket);

#endif
