// Makes a system call of the calling thread fail that would not: the functions of the C library that
// MioNet's shim sets sockets up with stand in this program too, and pass on what is not to fail.
#ifndef C_FAULT_INJECTION_H
#define C_FAULT_INJECTION_H

#include <stdint.h>

// From now on the calls are counted, and the one after `skip` others fails with `code`.
// A negative `skip` only counts.
void c_fault_begin(int32_t skip, int32_t code);

// From now on the next call of this function fails with `code`. The text has to stay.
void c_fault_begin_function(const char *function, int32_t code);

// Ends it, and returns how many calls were made.
int32_t c_fault_end(void);

// The function that failed last, or an empty text.
const char *c_fault_function(void);

#endif
