#include "CMainThreadTasks.h"

#if defined(__clang__) && defined(__linux__)

#include <stdlib.h>
#include <time.h>

#define SWIFT __attribute__((swiftcall))

// Declarations of Swift's concurrency runtime: Executor.h and ConcurrencyHooks.def.
typedef struct executor {
  void *identity;
  uintptr_t implementation;
} executor;

extern void *swift_task_enqueueGlobal_hook;
extern void *swift_task_enqueueGlobalWithDelay_hook;
extern void *swift_task_enqueueGlobalWithDeadline_hook;
extern void *swift_task_enqueueMainExecutor_hook;
SWIFT void swift_job_run(void *job, executor executor);
SWIFT executor swift_task_getMainExecutor(void);

typedef struct entry {
  struct entry *next;
  void *job;
  int is_main;
  uint64_t due; // nanoseconds of the monotonic clock
} entry;

static entry *first;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// The jobs are in the order in which they are due.
static void add(void *job, int is_main, uint64_t due) {
  entry *added = malloc(sizeof *added), **place = &first;
  if (!added) abort();
  while (*place && (*place)->due <= due) place = &(*place)->next;
  *added = (entry){*place, job, is_main, due};
  *place = added;
}

SWIFT static void enqueue(void *job, void *original) {
  (void)original;
  add(job, 0, 0);
}

SWIFT static void enqueue_main(void *job, void *original) {
  (void)original;
  add(job, 1, 0);
}

SWIFT static void enqueue_after(uint64_t nanoseconds, void *job, void *original) {
  (void)original;
  add(job, 0, now() + nanoseconds);
}

SWIFT static void enqueue_at(long long seconds, long long nanoseconds, long long leeway_seconds,
                             long long leeway, int clock, void *job, void *original) {
  (void)leeway_seconds, (void)leeway, (void)clock, (void)original;
  add(job, 0, (uint64_t)seconds * 1000000000u + (uint64_t)nanoseconds);
}

void c_tasks_wait_for_run(void) {
  swift_task_enqueueGlobal_hook = (void *)enqueue;
  swift_task_enqueueMainExecutor_hook = (void *)enqueue_main;
  swift_task_enqueueGlobalWithDelay_hook = (void *)enqueue_after;
  swift_task_enqueueGlobalWithDeadline_hook = (void *)enqueue_at;
}

static void sleep_until(uint64_t due) {
  uint64_t time = now();
  if (due <= time) return;
  struct timespec rest = {(time_t)((due - time) / 1000000000u), (long)((due - time) % 1000000000u)};
  nanosleep(&rest, NULL);
}

int32_t c_tasks_run(int32_t (*is_done)(void)) {
  while (!is_done()) {
    if (!first) return -1;
    sleep_until(first->due);
    entry next = *first;
    free(first);
    first = next.next;
    swift_job_run(next.job, next.is_main ? swift_task_getMainExecutor() : (executor){NULL, 0});
  }
  return 0;
}

#endif
