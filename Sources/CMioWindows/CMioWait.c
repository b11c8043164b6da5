#include "CMioWait.h"
#include "CMioLibrary.h"
#include "CMioWindows.h"

#if defined(_WIN32)

#include <windows.h>
#include <winternl.h>

enum { WAIT_KEY = 4 };

// Microsoft documents these functions, but no header declares them. ntdll.dll has them since
// Windows 8.
typedef NTSTATUS(NTAPI *create_packet)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *);
typedef NTSTATUS(NTAPI *associate_packet)(HANDLE, HANDLE, HANDLE, void *, void *, NTSTATUS, ULONG_PTR, BOOLEAN *);
typedef NTSTATUS(NTAPI *cancel_packet)(HANDLE, BOOLEAN);
C_MIO_LIBRARY_FUNCTION(create_packet, "ntdll.dll", NtCreateWaitCompletionPacket)
C_MIO_LIBRARY_FUNCTION(associate_packet, "ntdll.dll", NtAssociateWaitCompletionPacket)
C_MIO_LIBRARY_FUNCTION(cancel_packet, "ntdll.dll", NtCancelWaitCompletionPacket)

intptr_t c_mio_wait_create(void) {
  if (!NtCreateWaitCompletionPacket_function() || !NtAssociateWaitCompletionPacket_function() ||
      !NtCancelWaitCompletionPacket_function())
    return -ERROR_NOT_SUPPORTED;
  HANDLE packet;
  NTSTATUS status = NtCreateWaitCompletionPacket_function()(&packet, GENERIC_ALL, NULL);
  return status < 0 ? -c_mio_status_error(status) : (intptr_t)packet;
}

int32_t c_mio_wait_associate(intptr_t packet, intptr_t port, intptr_t object, uintptr_t operation) {
  NTSTATUS status = NtAssociateWaitCompletionPacket_function()(
      (HANDLE)packet, (HANDLE)port, (HANDLE)object, (void *)WAIT_KEY, (void *)operation, 0, 0, NULL);
  return status < 0 ? -c_mio_status_error(status) : 0;
}

int32_t c_mio_wait_cancel(intptr_t packet) {
  return NtCancelWaitCompletionPacket_function()((HANDLE)packet, TRUE);
}

int32_t c_mio_wait_look(intptr_t object) {
  DWORD found = WaitForSingleObject((HANDLE)object, 0);
  if (found == WAIT_FAILED) return -(int32_t)GetLastError();
  // A wait for a mutex whose owner has ended also acquires the mutex.
  return found == WAIT_TIMEOUT ? C_MIO_WAIT_TIMEOUT : C_MIO_WAIT_SIGNALED;
}

#endif
