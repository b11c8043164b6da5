#define _GNU_SOURCE
#include "CMioThread.h"

// Wine's compiler defines the macros of both systems.
#if (defined(__unix__) || defined(__APPLE__)) && !defined(_WIN32)

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

struct c_mio_monitor {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
};

c_mio_monitor *c_mio_monitor_create(void) {
  c_mio_monitor *monitor = malloc(sizeof *monitor);
  if (!monitor) return NULL;
  pthread_mutex_init(&monitor->mutex, NULL);
  pthread_cond_init(&monitor->condition, NULL);
  return monitor;
}

void c_mio_monitor_destroy(c_mio_monitor *monitor) {
  pthread_cond_destroy(&monitor->condition);
  pthread_mutex_destroy(&monitor->mutex);
  free(monitor);
}

void c_mio_monitor_lock(c_mio_monitor *monitor) { pthread_mutex_lock(&monitor->mutex); }

void c_mio_monitor_unlock(c_mio_monitor *monitor) { pthread_mutex_unlock(&monitor->mutex); }

void c_mio_monitor_broadcast(c_mio_monitor *monitor) {
  pthread_cond_broadcast(&monitor->condition);
}

int c_mio_monitor_wait(c_mio_monitor *monitor, uint64_t nanoseconds) {
  // No test waits for eleven days. The limit also fits a time_t with 32 bits.
  const uint64_t longest = 1000000000000000u;
  if (nanoseconds > longest) nanoseconds = longest;
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  uint64_t sum = (uint64_t)deadline.tv_nsec + nanoseconds % 1000000000u;
  deadline.tv_sec += (time_t)(nanoseconds / 1000000000u + sum / 1000000000u);
  deadline.tv_nsec = (long)(sum % 1000000000u);
  return pthread_cond_timedwait(&monitor->condition, &monitor->mutex, &deadline) != ETIMEDOUT;
}

struct c_mio_thread {
  pthread_t thread;
  void (*body)(void *);
  void *context;
};

static void *run(void *argument) {
  c_mio_thread *thread = argument;
  thread->body(thread->context);
  return NULL;
}

c_mio_thread *c_mio_thread_start(void (*body)(void *), void *context) {
  c_mio_thread *thread = malloc(sizeof *thread);
  if (!thread) return NULL;
  thread->body = body;
  thread->context = context;
  if (pthread_create(&thread->thread, NULL, run, thread) == 0) return thread;
  free(thread);
  return NULL;
}

void c_mio_thread_join(c_mio_thread *thread) {
  pthread_join(thread->thread, NULL);
  free(thread);
}

uintptr_t c_mio_thread_current(void) { return (uintptr_t)pthread_self(); }

void c_mio_thread_yield(void) { sched_yield(); }

#endif
