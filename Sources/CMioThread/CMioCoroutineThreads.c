#include "CMioCoroutine.h"
#include "CMioLock.h"
#include "CMioThread.h"
#include "Coroutines.h"

#if !defined(SWITCHES_STACKS)

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct c_mio_coroutine {
  void (*body)(void *);
  void *context;
  c_mio_lock *lock;
  c_mio_condition *turn_changed;
  c_mio_thread *thread;
  int has_turn; // 1: the coroutine may run; 0: the code that resumed it may run
  int has_ended;
};

static _Thread_local c_mio_coroutine *running;

static void wait_for_turn(c_mio_coroutine *coroutine, int turn) {
  while (coroutine->has_turn != turn)
    c_mio_condition_wait(coroutine->turn_changed, coroutine->lock, 1000000000u);
}

static void pass_turn(c_mio_coroutine *coroutine, int turn) {
  coroutine->has_turn = turn;
  c_mio_condition_broadcast(coroutine->turn_changed);
}

static void run(void *argument) {
  c_mio_coroutine *coroutine = argument;
  running = coroutine;
  c_mio_lock_acquire(coroutine->lock);
  wait_for_turn(coroutine, 1);
  c_mio_lock_release(coroutine->lock);
  coroutine->body(coroutine->context);
  c_mio_lock_acquire(coroutine->lock);
  coroutine->has_ended = 1;
  pass_turn(coroutine, 0);
  c_mio_lock_release(coroutine->lock);
}

static void free_coroutine(c_mio_coroutine *coroutine) {
  if (coroutine->turn_changed) c_mio_condition_destroy(coroutine->turn_changed);
  if (coroutine->lock) c_mio_lock_destroy(coroutine->lock);
  free(coroutine);
}

c_mio_coroutine *c_mio_coroutine_create(void (*body)(void *), void *context) {
  c_mio_coroutine *coroutine = calloc(1, sizeof *coroutine);
  if (!coroutine) return NULL;
  coroutine->body = body;
  coroutine->context = context;
  coroutine->lock = c_mio_lock_create();
  coroutine->turn_changed = c_mio_condition_create();
  if (coroutine->lock && coroutine->turn_changed) return coroutine;
  free_coroutine(coroutine);
  return NULL;
}

int c_mio_coroutine_resume(c_mio_coroutine *coroutine) {
  if (!coroutine->thread) coroutine->thread = c_mio_thread_start(run, coroutine);
  if (!coroutine->thread) abort();
  c_mio_lock_acquire(coroutine->lock);
  pass_turn(coroutine, 1);
  wait_for_turn(coroutine, 0);
  c_mio_lock_release(coroutine->lock);
  return coroutine->has_ended;
}

void c_mio_coroutine_suspend(void) {
  c_mio_coroutine *coroutine = running;
  c_mio_lock_acquire(coroutine->lock);
  pass_turn(coroutine, 0);
  wait_for_turn(coroutine, 1);
  c_mio_lock_release(coroutine->lock);
}

void *c_mio_coroutine_context(void) { return running ? running->context : NULL; }

void c_mio_coroutine_call(void (*body)(void *), void *context) {
  c_mio_coroutine *enclosing = running;
  c_mio_coroutine call = {.context = context};
  running = &call;
  body(context);
  running = enclosing;
}

void c_mio_coroutine_destroy(c_mio_coroutine *coroutine) {
  if (coroutine->thread) c_mio_thread_join(coroutine->thread);
  free_coroutine(coroutine);
}

int c_mio_coroutine_is_thread(void) { return 1; }

#endif
