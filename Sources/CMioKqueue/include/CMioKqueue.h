// kqueue, a pipe and the monotonic clock, as Swift can use them. No policy: each function makes the system
// call that its comment names and returns its result, or -errno.
#ifndef C_MIO_KQUEUE_H
#define C_MIO_KQUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "CMioKqueueRecord.h"

#if defined(__unix__) || defined(__APPLE__)
#define C_MIO_HAS_PIPES 1

// pipe(2) or pipe2(2): close-on-exec and non-blocking; the end to read comes first.
int c_mio_kqueue_pipe(int ends[2]);

// write(2) of a byte. -EAGAIN when the pipe is full.
int c_mio_kqueue_pipe_write(int end);

// read(2) of all there is.
int c_mio_kqueue_pipe_drain(int end);

#endif

#if defined(C_MIO_HAS_KQUEUE)

// kqueue1(2) or kqueuex(2) with their flag for close-on-exec, or kqueue(2) and fcntl(2).
int c_mio_kqueue_create(void);

// kevent(2) with a list of changes and room for as many receipts, which may be the same memory. Does not
// wait. Returns how many receipts were written.
intptr_t c_mio_kqueue_change(int queue, const c_mio_kqueue_record *changes,
                             c_mio_kqueue_record *receipts, size_t count);

// kevent(2) with one change and no room: its error is the result.
int c_mio_kqueue_submit(int queue, c_mio_kqueue_record change);

// kevent(2) without changes. Returns how many records were stored. Waits for ever below zero.
intptr_t c_mio_kqueue_wait(int queue, c_mio_kqueue_record *records, size_t capacity,
                           int64_t nanoseconds);

// close(2).
int c_mio_kqueue_close(int descriptor);

// getpid(2).
int64_t c_mio_kqueue_process(void);

// clock_gettime(2), CLOCK_MONOTONIC, in nanoseconds.
uint64_t c_mio_kqueue_now(void);

#endif

#endif
