// The handles of a process under Wine.
#ifndef C_WINE_HANDLES_H
#define C_WINE_HANDLES_H

#include <stddef.h>
#include <stdint.h>

typedef struct c_wine_handle {
  int32_t value;
  int32_t type;
} c_wine_handle;

// NtQuerySystemInformation: how many there are, of which as many are stored as there is room for.
size_t c_wine_handles(c_wine_handle *handles, size_t room);

// GetHandleInformation: whether a process that this one starts gets it.
int32_t c_wine_is_inherited(intptr_t handle);

// SetHandleInformation and ioctlsocket: inherited, and blocking, as sockets of others are.
void c_wine_make_ordinary(intptr_t socket);

#endif
