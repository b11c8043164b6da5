#include "CMioSignals.h"

#if C_MIO_IS_POSIX

#include "CMioPipe.h"
#include "CMioSystemCalls.h"
#include "SignalChannel.h"
#include <sched.h>
#include <unistd.h>

enum { LARGEST_NUMBER = 64 };

int c_mio_signal_is_synchronous(int32_t number) {
  return number == SIGILL || number == SIGTRAP || number == SIGFPE || number == SIGBUS || number == SIGSEGV;
}

// Catching

static struct sigaction previous[LARGEST_NUMBER + 1];

static void handle(int number) {
  int saved = errno;
  c_mio_signal_deliver(number);
  errno = saved;
}

intptr_t c_mio_signal_catch(int32_t number) {
  // Other signals wait for the end of the handler, so handlers do not pile up on a small stack.
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  return C_MIO_RESULT(sigaction(number, &action, &previous[number]));
}

void c_mio_signal_release(int32_t number) {
  struct sigaction current;
  if (sigaction(number, NULL, &current) == 0 && current.sa_handler == handle)
    sigaction(number, &previous[number], NULL);
}

// The channel

intptr_t c_mio_signal_create_channel(intptr_t *reading_end, intptr_t *writing_end) {
  return c_mio_pipe_create(reading_end, writing_end);
}

intptr_t c_mio_signal_empty(intptr_t reading_end) {
  // One read is enough: a byte that remains makes the source readable once more, and does no harm.
  char bytes[64];
  intptr_t result;
  do {
    result = C_MIO_RESULT(read((int)reading_end, bytes, sizeof bytes));
  } while (result == -EINTR);
  return result >= 0 || result == -EAGAIN ? 0 : result;
}

void c_mio_signal_write(intptr_t writing_end) {
  // The write cannot fail. A receiver writes at most a few bytes between two reads, so the pipe is
  // never full, and the reading end is open as long as the receiver is open.
  char byte = 0;
  ssize_t written = write((int)writing_end, &byte, 1);
  (void)written;
}

intptr_t c_mio_signal_process(void) { return getpid(); }
void c_mio_signal_yield(void) { sched_yield(); }

#endif
