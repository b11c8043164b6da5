#include "CMioSignals.h"

#if C_MIO_IS_POSIX || C_MIO_HAS_WINSOCK

#include "SignalChannel.h"
#include <stdatomic.h>
#include <stdlib.h>

// A handler may use only atomics that take no lock.
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
               "lock-free atomics");

// The list of receivers only grows, so a handler can walk through it at any time. A closed receiver
// is reused.
struct c_mio_signal_receiver {
  _Atomic(uint64_t) wanted; // nothing while it is closed
  _Atomic(uint64_t) arrived;
  atomic_int handlers; // those that may write to the channel
  atomic_intptr_t writing_end;
  atomic_intptr_t process;
  c_mio_signal_receiver *next;
  int is_open;
};

static _Atomic(c_mio_signal_receiver *) receivers;

static c_mio_signal_receiver *find_closed(void) {
  c_mio_signal_receiver *receiver = atomic_load(&receivers);
  while (receiver && receiver->is_open) receiver = receiver->next;
  if (receiver) return receiver;
  receiver = calloc(1, sizeof *receiver);
  if (!receiver) return NULL;
  receiver->next = atomic_load(&receivers);
  atomic_store(&receivers, receiver);
  return receiver;
}

c_mio_signal_receiver *c_mio_signal_receiver_open(uint64_t signals, intptr_t writing_end) {
  c_mio_signal_receiver *receiver = find_closed();
  if (!receiver) return NULL;
  receiver->is_open = 1;
  atomic_store(&receiver->arrived, 0);
  atomic_store(&receiver->writing_end, writing_end);
  atomic_store(&receiver->process, c_mio_signal_process());
  atomic_store(&receiver->wanted, signals);
  return receiver;
}

void c_mio_signal_receiver_close(c_mio_signal_receiver *receiver) {
  atomic_store(&receiver->wanted, 0);
  // A child process does not have the threads whose handlers its parent has counted.
  if (atomic_load(&receiver->process) != c_mio_signal_process()) atomic_store(&receiver->handlers, 0);
  while (atomic_load(&receiver->handlers) > 0) c_mio_signal_yield();
  receiver->is_open = 0;
}

intptr_t c_mio_signal_receiver_take(
    c_mio_signal_receiver *receiver, intptr_t reading_end, uint64_t *signals) {
  // The channel is emptied first: a signal that arrives afterwards writes again.
  intptr_t result = c_mio_signal_empty(reading_end);
  *signals = result < 0 ? 0 : atomic_exchange(&receiver->arrived, 0);
  return result;
}

// A child of fork(2) shares the channel of its parent, and a child of vfork(2) also the memory. A
// signal of the child must not reach the parent.
static int wants(c_mio_signal_receiver *receiver, uint64_t signal, intptr_t process) {
  return (atomic_load(&receiver->wanted) & signal) != 0 && atomic_load(&receiver->process) == process;
}

int c_mio_signal_deliver(int32_t number) {
  uint64_t signal = UINT64_C(1) << (number - 1);
  intptr_t process = c_mio_signal_process();
  int is_wanted = 0;
  for (c_mio_signal_receiver *receiver = atomic_load(&receivers); receiver; receiver = receiver->next) {
    if (!wants(receiver, signal, process)) continue;
    atomic_fetch_add(&receiver->handlers, 1);
    // The receiver may have been closed before it was notified of this handler.
    if (wants(receiver, signal, process)) {
      is_wanted = 1;
      if (atomic_fetch_or(&receiver->arrived, signal) == 0)
        c_mio_signal_write(atomic_load(&receiver->writing_end));
    }
    atomic_fetch_sub(&receiver->handlers, 1);
  }
  return is_wanted;
}

#endif
