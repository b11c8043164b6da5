// Threads, for test support and the examples. The alternatives in Swift are missing in Embedded
// Swift, or they start their own threads.
#ifndef C_MIO_THREAD_H
#define C_MIO_THREAD_H

#include <stdint.h>

typedef struct c_mio_thread c_mio_thread;

// Starts a thread. Returns NULL if the system refuses.
c_mio_thread *c_mio_thread_start(void (*body)(void *), void *context);

// Waits for the end of the thread, and frees it.
void c_mio_thread_join(c_mio_thread *thread);

// The identity of the calling thread, which no other living thread has. Never 0.
uintptr_t c_mio_thread_current(void);

// Lets another thread run.
void c_mio_thread_yield(void);

#endif
