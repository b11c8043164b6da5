// Swift's tasks on one thread. Under Wine only threads that Windows has created may call its
// functions.
#ifndef C_MAIN_THREAD_TASKS_H
#define C_MAIN_THREAD_TASKS_H

#include <stdint.h>

// From now on all jobs wait for c_tasks_run, whatever their executor is.
void c_tasks_wait_for_run(void);

// Runs jobs until the function returns a value other than zero, and sleeps while no job is due.
// Returns 0, or -1 if no job is left.
int32_t c_tasks_run(int32_t (*is_done)(void));

#endif
