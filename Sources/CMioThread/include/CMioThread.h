// A monitor (a lock with a condition variable) and threads, for test support and the examples. The
// alternatives in
// Swift are missing in Embedded Swift, or the thread sanitizer does not support them, or they start
// their own threads.
#ifndef C_MIO_THREAD_H
#define C_MIO_THREAD_H

#include <stdint.h>

typedef struct c_mio_monitor c_mio_monitor;
typedef struct c_mio_thread c_mio_thread;

// Creates a monitor. Returns NULL if there is no memory.
c_mio_monitor *c_mio_monitor_create(void);
void c_mio_monitor_destroy(c_mio_monitor *monitor);
void c_mio_monitor_lock(c_mio_monitor *monitor);
void c_mio_monitor_unlock(c_mio_monitor *monitor);

// Wakes all waiting threads. The caller has locked the monitor.
void c_mio_monitor_broadcast(c_mio_monitor *monitor);

// Unlocks the monitor, waits for a broadcast or for the time, but at most for eleven days, and
// locks it again. Returns 0 if the time has expired.
int c_mio_monitor_wait(c_mio_monitor *monitor, uint64_t nanoseconds);

// Starts a thread. Returns NULL if the system refuses.
c_mio_thread *c_mio_thread_start(void (*body)(void *), void *context);

// Waits for the end of the thread, and frees it.
void c_mio_thread_join(c_mio_thread *thread);

// The identity of the calling thread, which no other living thread has. Never 0.
uintptr_t c_mio_thread_current(void);

// Lets another thread run.
void c_mio_thread_yield(void);

#endif
