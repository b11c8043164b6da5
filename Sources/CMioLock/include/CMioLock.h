// A lock and a condition variable. They work in Embedded Swift, and the thread sanitizer recognizes
// them.
#ifndef C_MIO_LOCK_H
#define C_MIO_LOCK_H

#include <stdint.h>

typedef struct c_mio_lock c_mio_lock;
typedef struct c_mio_condition c_mio_condition;

// Returns NULL if there is no memory.
c_mio_lock *c_mio_lock_create(void);
void c_mio_lock_destroy(c_mio_lock *lock);
void c_mio_lock_acquire(c_mio_lock *lock);
void c_mio_lock_release(c_mio_lock *lock);

// Returns NULL if there is no memory.
c_mio_condition *c_mio_condition_create(void);
void c_mio_condition_destroy(c_mio_condition *condition);

// Wakes all waiting threads. The caller holds the lock.
void c_mio_condition_broadcast(c_mio_condition *condition);

// Releases the lock, waits for a broadcast or for the time, but at most for eleven days, and
// acquires the lock again. Returns 0 if the time has expired.
int c_mio_condition_wait(c_mio_condition *condition, c_mio_lock *lock, uint64_t nanoseconds);

#endif
