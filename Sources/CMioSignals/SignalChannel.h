// The system calls of the receivers. Those of a POSIX system may be made in a signal handler.
#ifndef C_MIO_SIGNAL_CHANNEL_H
#define C_MIO_SIGNAL_CHANNEL_H

#include <stdint.h>

// read(2), or recv: reads all bytes that a receiver may have written. There may be none.
intptr_t c_mio_signal_empty(intptr_t reading_end);

// write(2), or send: writes a byte.
void c_mio_signal_write(intptr_t writing_end);

// getpid(2), or 0 on a system without fork(2).
intptr_t c_mio_signal_process(void);

// sched_yield(2), or SwitchToThread.
void c_mio_signal_yield(void);

#endif
