#include "CMioThread.h"

#if defined(_WIN32)

#include <windows.h>

#include <stdlib.h>

struct c_mio_thread {
  HANDLE handle;
  void (*body)(void *);
  void *context;
};

static DWORD WINAPI run(void *argument) {
  c_mio_thread *thread = argument;
  thread->body(thread->context);
  return 0;
}

c_mio_thread *c_mio_thread_start(void (*body)(void *), void *context) {
  c_mio_thread *thread = malloc(sizeof *thread);
  if (!thread) return NULL;
  thread->body = body;
  thread->context = context;
  thread->handle = CreateThread(NULL, 0, run, thread, 0, NULL);
  if (thread->handle) return thread;
  free(thread);
  return NULL;
}

void c_mio_thread_join(c_mio_thread *thread) {
  WaitForSingleObject(thread->handle, INFINITE);
  CloseHandle(thread->handle);
  free(thread);
}

uintptr_t c_mio_thread_current(void) { return GetCurrentThreadId(); }

void c_mio_thread_yield(void) { SwitchToThread(); }

#endif
