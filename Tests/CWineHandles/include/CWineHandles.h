// The handles of a process under Wine.
#ifndef C_WINE_HANDLES_H
#define C_WINE_HANDLES_H

#include <stddef.h>
#include <stdint.h>

typedef struct c_wine_handle {
  int32_t value;
  int32_t type;
} c_wine_handle;

// NtQuerySystemInformation: returns the number of handles, and stores as many as fit.
size_t c_wine_handles(c_wine_handle *handles, size_t room);

// GetHandleInformation: returns whether a process that this process starts inherits the handle.
int32_t c_wine_is_inherited(intptr_t handle);

// SetHandleInformation and ioctlsocket: makes a socket inheritable and blocking, like those of
// other libraries.
void c_wine_make_ordinary(intptr_t socket);

#endif
