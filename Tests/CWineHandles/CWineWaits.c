#include "CWineWaits.h"

#if defined(_WIN32)

#include <windows.h>

#include <stdlib.h>

intptr_t c_wine_event_create(int32_t resets_itself) {
  return (intptr_t)CreateEventA(NULL, !resets_itself, FALSE, NULL);
}
void c_wine_event_set(intptr_t event) { SetEvent((HANDLE)event); }
void c_wine_event_reset(intptr_t event) { ResetEvent((HANDLE)event); }
void c_wine_close(intptr_t handle) { CloseHandle((HANDLE)handle); }

intptr_t c_wine_process_start(void) {
  char command[] = "C:\\windows\\system32\\cmd.exe /c exit 3";
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION process;
  if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) return 0;
  CloseHandle(process.hThread);
  return (intptr_t)process.hProcess;
}

typedef struct packet {
  HANDLE thread, port, objects[2];
  uintptr_t operation;
  LONG is_sent;
} packet;

static DWORD WINAPI wait_for(void *argument) {
  packet *packet = argument;
  if (WaitForMultipleObjects(2, packet->objects, FALSE, INFINITE) == WAIT_OBJECT_0) {
    packet->is_sent = 1;
    PostQueuedCompletionStatus(packet->port, 0, 0, (OVERLAPPED *)packet->operation);
  }
  return 0;
}

static void forget(packet *packet) {
  if (!packet->thread) return;
  SetEvent(packet->objects[1]);
  WaitForSingleObject(packet->thread, INFINITE);
  CloseHandle(packet->thread);
  CloseHandle(packet->objects[1]);
  packet->thread = NULL;
}

intptr_t c_wine_wait_create(void) { return (intptr_t)calloc(1, sizeof(packet)); }

int32_t c_wine_wait_associate(intptr_t word, intptr_t port, intptr_t object, uintptr_t operation) {
  packet *packet = (struct packet *)word;
  forget(packet);
  packet->port = (HANDLE)port;
  packet->operation = operation;
  packet->is_sent = 0;
  packet->objects[0] = (HANDLE)object;
  packet->objects[1] = CreateEventA(NULL, TRUE, FALSE, NULL);
  packet->thread = CreateThread(NULL, 0, wait_for, packet, 0, NULL);
  if (!packet->objects[1] || !packet->thread) abort();
  return 0;
}

// Returns STATUS_PENDING if the packet is in the port.
int32_t c_wine_wait_cancel(intptr_t word) {
  packet *packet = (struct packet *)word;
  forget(packet);
  return packet->is_sent ? 0x103 : 0;
}

void c_wine_wait_destroy(intptr_t word) {
  forget((packet *)word);
  free((packet *)word);
}

#endif
