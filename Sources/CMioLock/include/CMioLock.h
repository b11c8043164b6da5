// A lock for backends that keep state of their own. It works in Embedded Swift, and the thread
// sanitizer recognizes it.
#ifndef C_MIO_LOCK_H
#define C_MIO_LOCK_H

typedef struct c_mio_lock c_mio_lock;

// Returns NULL if there is no memory.
c_mio_lock *c_mio_lock_create(void);
void c_mio_lock_destroy(c_mio_lock *lock);
void c_mio_lock_acquire(c_mio_lock *lock);
void c_mio_lock_release(c_mio_lock *lock);

#endif
