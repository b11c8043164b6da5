// Makes a system call of the calling thread fail. This program defines the functions of the C
// library with which MioNet's shim sets up sockets. They pass on every call that must not fail.
#ifndef C_FAULT_INJECTION_H
#define C_FAULT_INJECTION_H

#include <stdint.h>

// Begins to count the calls. The call after `skip` other calls fails with `code`. With a negative
// `skip` no call fails.
void c_fault_begin(int32_t skip, int32_t code);

// Makes the next call of this function fail with `code`. The text must stay valid.
void c_fault_begin_function(const char *function, int32_t code);

// Ends the counting, and returns the number of calls.
int32_t c_fault_end(void);

// Returns the function that failed last, or an empty text.
const char *c_fault_function(void);

#endif
