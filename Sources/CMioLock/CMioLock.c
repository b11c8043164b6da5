#include "CMioLock.h"

#include <stdlib.h>

#if defined(_WIN32)

#include <windows.h>

struct c_mio_lock {
  SRWLOCK lock;
};

static int initialize(c_mio_lock *lock) {
  InitializeSRWLock(&lock->lock);
  return 0;
}

static void finish(c_mio_lock *lock) { (void)lock; }

void c_mio_lock_acquire(c_mio_lock *lock) { AcquireSRWLockExclusive(&lock->lock); }
void c_mio_lock_release(c_mio_lock *lock) { ReleaseSRWLockExclusive(&lock->lock); }

#else

#include <pthread.h>

struct c_mio_lock {
  pthread_mutex_t mutex;
};

static int initialize(c_mio_lock *lock) { return pthread_mutex_init(&lock->mutex, NULL); }
static void finish(c_mio_lock *lock) { pthread_mutex_destroy(&lock->mutex); }

void c_mio_lock_acquire(c_mio_lock *lock) { pthread_mutex_lock(&lock->mutex); }
void c_mio_lock_release(c_mio_lock *lock) { pthread_mutex_unlock(&lock->mutex); }

#endif

c_mio_lock *c_mio_lock_create(void) {
  c_mio_lock *lock = malloc(sizeof *lock);
  if (lock && initialize(lock) != 0) {
    free(lock);
    return NULL;
  }
  return lock;
}

void c_mio_lock_destroy(c_mio_lock *lock) {
  finish(lock);
  free(lock);
}
