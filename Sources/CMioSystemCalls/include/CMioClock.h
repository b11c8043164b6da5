// The monotonic clock.
#ifndef C_MIO_CLOCK_H
#define C_MIO_CLOCK_H

// Wine's compiler defines the macros of both systems.
#if (defined(__unix__) || defined(__APPLE__)) && !defined(_WIN32)

#include <stdint.h>
#include <time.h>

// clock_gettime(2) with CLOCK_MONOTONIC, in nanoseconds. It cannot fail for this clock.
static inline uint64_t c_mio_clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif

#endif
