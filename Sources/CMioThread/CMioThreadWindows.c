#include "CMioThread.h"

#if defined(_WIN32)

#include <windows.h>

#include <stdlib.h>

struct c_mio_monitor {
  SRWLOCK lock;
  CONDITION_VARIABLE condition;
};

c_mio_monitor *c_mio_monitor_create(void) {
  c_mio_monitor *monitor = malloc(sizeof *monitor);
  if (!monitor) return NULL;
  InitializeSRWLock(&monitor->lock);
  InitializeConditionVariable(&monitor->condition);
  return monitor;
}

void c_mio_monitor_destroy(c_mio_monitor *monitor) { free(monitor); }

void c_mio_monitor_lock(c_mio_monitor *monitor) { AcquireSRWLockExclusive(&monitor->lock); }

void c_mio_monitor_unlock(c_mio_monitor *monitor) { ReleaseSRWLockExclusive(&monitor->lock); }

void c_mio_monitor_broadcast(c_mio_monitor *monitor) {
  WakeAllConditionVariable(&monitor->condition);
}

int c_mio_monitor_wait(c_mio_monitor *monitor, uint64_t nanoseconds) {
  uint64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
  DWORD time = milliseconds < INFINITE ? (DWORD)milliseconds : INFINITE - 1;
  return SleepConditionVariableSRW(&monitor->condition, &monitor->lock, time, 0) != 0;
}

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
