#define _GNU_SOURCE
#include "CTestHelpers.h"

#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

int c_test_timer(int64_t nanoseconds) {
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  struct itimerspec time = {.it_value = {nanoseconds / 1000000000, nanoseconds % 1000000000}};
  if (timer >= 0 && timerfd_settime(timer, 0, &time, NULL) == 0) return timer;
  if (timer >= 0) close(timer);
  return -1;
}

int c_test_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }
