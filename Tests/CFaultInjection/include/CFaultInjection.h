// Makes system calls of the calling thread fail on purpose. This program defines the functions of
// the C library with which MioNet's shim sets up sockets. They pass on the calls that must not
// fail.
#ifndef C_FAULT_INJECTION_H
#define C_FAULT_INJECTION_H

#include <stdint.h>

// Starts to count calls. After `skip` calls, the next call fails with `code`. A negative `skip`
// only counts.
void c_fault_begin(int32_t skip, int32_t code);

// Makes the next `times` calls of this function fail with `code`. The text must stay valid.
void c_fault_begin_function(const char *function, int32_t code, int32_t times);

// Makes the next call of this function raise a signal in the calling thread, as a system call does that
// succeeds in part. The text must stay valid.
void c_fault_raise(const char *function, int32_t signal);

// Makes getsockopt(2) return at most this many bytes, as a kernel with a shorter record does.
void c_fault_shorten_options(uint32_t size);

// Ends the injection, and returns the number of calls that were made.
int32_t c_fault_end(void);

// The function that failed last, or an empty text.
const char *c_fault_function(void);

#endif
