#define _GNU_SOURCE
#include "CMioThread.h"

// Wine's compiler defines the macros of both systems.
#if (defined(__unix__) || defined(__APPLE__)) && !defined(_WIN32)

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

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
