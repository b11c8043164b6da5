// Swift's tasks on one thread: under Wine only threads that Windows made may call its functions.
#ifndef C_MAIN_THREAD_TASKS_H
#define C_MAIN_THREAD_TASKS_H

#include <stdint.h>

// From now on jobs wait for c_tasks_run, whatever executor they are for.
void c_tasks_wait_for_run(void);

// Runs jobs, and sleeps while none is due, until the function returns other than zero. Returns 0, or -1 when
// no job is left.
int32_t c_tasks_run(int32_t (*is_done)(void));

#endif
