// The monotonic clock.
#ifndef C_MIO_CLOCK_H
#define C_MIO_CLOCK_H

// Wine's compiler defines the macros of both systems.
#if (defined(__unix__) || defined(__APPLE__)) && !defined(_WIN32)

#include <stdint.h>
#include <time.h>

enum { C_MIO_NANOSECONDS_PER_SECOND = 1000000000 };

// clock_gettime(2) with the clock of the system's waits, in nanoseconds. It cannot fail for this
// clock. While an Apple system sleeps, its waits stop, and its CLOCK_MONOTONIC continues.
static inline uint64_t c_mio_clock_now(void) {
  struct timespec now;
#if defined(__APPLE__)
  clock_gettime(CLOCK_UPTIME_RAW, &now);
#else
  clock_gettime(CLOCK_MONOTONIC, &now);
#endif
  return (uint64_t)now.tv_sec * C_MIO_NANOSECONDS_PER_SECOND + (uint64_t)now.tv_nsec;
}

#endif

#endif
