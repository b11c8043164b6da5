// A monitor (lock and condition) and threads, for test support: what Swift has of them is not in its
// Embedded mode, is not understood by the thread sanitizer, or starts threads of its own.
#ifndef C_MIO_THREAD_H
#define C_MIO_THREAD_H

#include <stdint.h>

typedef struct c_mio_monitor c_mio_monitor;
typedef struct c_mio_thread c_mio_thread;

// Returns NULL when there is no memory.
c_mio_monitor *c_mio_monitor_create(void);
void c_mio_monitor_destroy(c_mio_monitor *monitor);
void c_mio_monitor_lock(c_mio_monitor *monitor);
void c_mio_monitor_unlock(c_mio_monitor *monitor);

// Wakes all waiting threads. The monitor is locked.
void c_mio_monitor_broadcast(c_mio_monitor *monitor);

// Unlocks, waits for a broadcast or the time, eleven days at most, and locks. Returns 0 when the time was over.
int c_mio_monitor_wait(c_mio_monitor *monitor, uint64_t nanoseconds);

// Starts a thread. Returns NULL when the system refuses.
c_mio_thread *c_mio_thread_start(void (*body)(void *), void *context);

// Waits for the thread to end, and frees it.
void c_mio_thread_join(c_mio_thread *thread);

// Lets another thread run.
void c_mio_thread_yield(void);

#endif
