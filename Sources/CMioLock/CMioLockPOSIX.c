#define _GNU_SOURCE
#include "CMioLock.h"

#if !defined(_WIN32)

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct c_mio_lock {
  pthread_mutex_t mutex;
};

c_mio_lock *c_mio_lock_create(void) {
  c_mio_lock *lock = malloc(sizeof *lock);
  if (lock && pthread_mutex_init(&lock->mutex, NULL) == 0) return lock;
  free(lock);
  return NULL;
}

void c_mio_lock_destroy(c_mio_lock *lock) {
  pthread_mutex_destroy(&lock->mutex);
  free(lock);
}

void c_mio_lock_acquire(c_mio_lock *lock) { pthread_mutex_lock(&lock->mutex); }

void c_mio_lock_release(c_mio_lock *lock) { pthread_mutex_unlock(&lock->mutex); }

struct c_mio_condition {
  pthread_cond_t condition;
};

c_mio_condition *c_mio_condition_create(void) {
  c_mio_condition *condition = malloc(sizeof *condition);
  if (condition && pthread_cond_init(&condition->condition, NULL) == 0) return condition;
  free(condition);
  return NULL;
}

void c_mio_condition_destroy(c_mio_condition *condition) {
  pthread_cond_destroy(&condition->condition);
  free(condition);
}

void c_mio_condition_broadcast(c_mio_condition *condition) {
  pthread_cond_broadcast(&condition->condition);
}

enum { NANOSECONDS_PER_SECOND = 1000000000 };

// No caller needs a longer time than eleven days. The limit also fits a time_t with 32 bits.
static const uint64_t longest = (uint64_t)1000000 * NANOSECONDS_PER_SECOND;

int c_mio_condition_wait(c_mio_condition *condition, c_mio_lock *lock, uint64_t nanoseconds) {
  if (nanoseconds > longest) nanoseconds = longest;
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  nanoseconds += (uint64_t)deadline.tv_nsec;
  deadline.tv_sec += (time_t)(nanoseconds / NANOSECONDS_PER_SECOND);
  deadline.tv_nsec = (long)(nanoseconds % NANOSECONDS_PER_SECOND);
  return pthread_cond_timedwait(&condition->condition, &lock->mutex, &deadline) != ETIMEDOUT;
}

#endif
