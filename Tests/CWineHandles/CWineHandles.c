#include "CWineHandles.h"

#if defined(_WIN32)

#include <winsock2.h>
#include <windows.h>
#include <winternl.h>

#include <stdlib.h>

typedef struct entry {
  void *object;
  ULONG_PTR process, handle;
  ULONG access;
  USHORT creator, type;
  ULONG attributes, reserved;
} entry;

typedef NTSTATUS(WINAPI *query_information)(int, void *, ULONG, ULONG *);

// Uses class 64, because GetProcessHandleCount always returns 0 under Wine.
size_t c_wine_handles(c_wine_handle *handles, size_t room) {
  query_information query = (query_information)(void *)GetProcAddress(
      GetModuleHandleA("ntdll.dll"), "NtQuerySystemInformation");
  for (ULONG size = 1 << 17; size <= 1 << 26; size *= 2) {
    char *memory = HeapAlloc(GetProcessHeap(), 0, size);
    if (!memory) abort();
    NTSTATUS status = query(64, memory, size, NULL);
    size_t count = 0;
    if (status >= 0) {
      ULONG_PTR total = *(ULONG_PTR *)memory, own = GetCurrentProcessId();
      const entry *entries = (const entry *)(memory + 2 * sizeof(ULONG_PTR));
      for (ULONG_PTR i = 0; i < total && count < room; i++)
        if (entries[i].process == own)
          handles[count++] = (c_wine_handle){(int32_t)entries[i].handle, entries[i].type};
    }
    HeapFree(GetProcessHeap(), 0, memory);
    if (status >= 0) return count;
  }
  abort();
}

int32_t c_wine_is_inherited(intptr_t handle) {
  DWORD flags = 0;
  return GetHandleInformation((HANDLE)handle, &flags) && flags & HANDLE_FLAG_INHERIT;
}

void c_wine_make_ordinary(intptr_t socket) {
  typedef int(WINAPI * control)(SOCKET, long, u_long *);
  u_long off = 0;
  SetHandleInformation((HANDLE)socket, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  ((control)(void *)GetProcAddress(GetModuleHandleA("ws2_32.dll"), "ioctlsocket"))(
      (SOCKET)socket, (long)FIONBIO, &off);
}

#endif
