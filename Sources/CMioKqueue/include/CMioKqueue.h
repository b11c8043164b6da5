// kqueue, a pipe and the monotonic clock in a form that Swift can use. There is no policy: each
// function makes the system call that its comment names and returns the result, or -errno.
#ifndef C_MIO_KQUEUE_H
#define C_MIO_KQUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "CMioKqueueRecord.h"

#if defined(__unix__) || defined(__APPLE__)
#define C_MIO_HAS_PIPES 1

// pipe(2) or pipe2(2): both ends are close-on-exec and non-blocking. The reading end comes first.
int c_mio_kqueue_pipe(int ends[2]);

// write(2) of one byte. Returns -EAGAIN when the pipe is full.
int c_mio_kqueue_pipe_write(int end);

// read(2) until the pipe is empty.
int c_mio_kqueue_pipe_drain(int end);

#endif

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

// close(2).
int c_mio_kqueue_close(int descriptor);

// getpid(2).
int64_t c_mio_kqueue_process(void);

// clock_gettime(2) of CLOCK_MONOTONIC, or of CLOCK_UPTIME_RAW on Apple's systems, in nanoseconds.
uint64_t c_mio_kqueue_now(void);

#endif

#endif
