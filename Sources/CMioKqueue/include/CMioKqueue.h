// kqueue in a form that Swift can use. There is no policy: each function makes the system call that
// its comment names and returns the result, or -errno.
#ifndef C_MIO_KQUEUE_H
#define C_MIO_KQUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "CMioKqueueRecord.h"

#if defined(C_MIO_HAS_KQUEUE)

// kqueue1(2) or kqueuex(2) with the flag for close-on-exec, or kqueue(2) and fcntl(2).
int c_mio_kqueue_create(void);

// kevent(2) with a list of changes and a buffer for as many receipts. Both may be the same memory.
// Does not wait. Returns the number of receipts that were written.
intptr_t c_mio_kqueue_change(int queue, const c_mio_kqueue_record *changes,
                             c_mio_kqueue_record *receipts, size_t count);

// kevent(2) with one change and no buffer. The result is the error of the change.
int c_mio_kqueue_submit(int queue, c_mio_kqueue_record change);

// kevent(2) without changes. Returns the number of records that were stored. A negative timeout
// waits indefinitely.
intptr_t c_mio_kqueue_wait(int queue, c_mio_kqueue_record *records, size_t capacity,
                           int64_t nanoseconds);

// getpid(2).
int64_t c_mio_kqueue_process(void);

#endif

#endif
