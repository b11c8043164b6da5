// Linux calls that only tests make, and that Swift's Glibc module does not have.
#ifndef C_TEST_HELPERS_H
#define C_TEST_HELPERS_H

#include <stdint.h>

// timerfd_create(2) and timerfd_settime(2): a descriptor that becomes readable once.
int c_test_timer(int64_t nanoseconds);

// pipe2(2), close-on-exec and non-blocking. Returns 0, or -1.
int c_test_pipe(int ends[2]);

#endif
