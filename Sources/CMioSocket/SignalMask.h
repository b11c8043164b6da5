// Prevents SIGPIPE of a system call, if neither the call nor the descriptor has a flag for that.
#ifndef C_MIO_SIGNAL_MASK_H
#define C_MIO_SIGNAL_MASK_H

#include <pthread.h>
#include <signal.h>

typedef struct c_mio_signal_mask {
  sigset_t only;
  sigset_t old;
  int was_pending;
} c_mio_signal_mask;

// Blocks SIGPIPE in this thread. Returns 0 or an error code.
static inline int c_mio_hold_sigpipe(c_mio_signal_mask *mask) {
  sigemptyset(&mask->only);
  sigaddset(&mask->only, SIGPIPE);
  int error = pthread_sigmask(SIG_BLOCK, &mask->only, &mask->old);
  if (error != 0) return error;
  mask->was_pending = 0;
  if (sigismember(&mask->old, SIGPIPE)) { // otherwise no signal can be pending
    sigset_t pending;
    sigpending(&pending);
    mask->was_pending = sigismember(&pending, SIGPIPE);
  }
  return 0;
}

// Removes the signal that the call has raised, but not a signal that was already pending. Then
// unblocks SIGPIPE.
static inline void c_mio_release_sigpipe(const c_mio_signal_mask *mask, int may_be_broken) {
  if (may_be_broken && !mask->was_pending) {
    sigset_t pending;
    sigpending(&pending);
    int signal;
    // If the process ignores SIGPIPE, no signal is pending.
    if (sigismember(&pending, SIGPIPE)) sigwait(&mask->only, &signal);
  }
  pthread_sigmask(SIG_SETMASK, &mask->old, NULL);
}

#endif
