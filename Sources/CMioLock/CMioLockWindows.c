#include "CMioLock.h"

#if defined(_WIN32)

#include <windows.h>

#include <stdlib.h>

struct c_mio_lock {
  SRWLOCK lock;
};

c_mio_lock *c_mio_lock_create(void) {
  c_mio_lock *lock = malloc(sizeof *lock);
  if (lock) InitializeSRWLock(&lock->lock);
  return lock;
}

void c_mio_lock_destroy(c_mio_lock *lock) { free(lock); }

void c_mio_lock_acquire(c_mio_lock *lock) { AcquireSRWLockExclusive(&lock->lock); }

void c_mio_lock_release(c_mio_lock *lock) { ReleaseSRWLockExclusive(&lock->lock); }

struct c_mio_condition {
  CONDITION_VARIABLE condition;
};

c_mio_condition *c_mio_condition_create(void) {
  c_mio_condition *condition = malloc(sizeof *condition);
  if (condition) InitializeConditionVariable(&condition->condition);
  return condition;
}

void c_mio_condition_destroy(c_mio_condition *condition) { free(condition); }

void c_mio_condition_broadcast(c_mio_condition *condition) {
  WakeAllConditionVariable(&condition->condition);
}

int c_mio_condition_wait(c_mio_condition *condition, c_mio_lock *lock, uint64_t nanoseconds) {
  uint64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
  DWORD time = milliseconds < INFINITE ? (DWORD)milliseconds : INFINITE - 1;
  return SleepConditionVariableSRW(&condition->condition, &lock->lock, time, 0) != 0;
}

#endif
