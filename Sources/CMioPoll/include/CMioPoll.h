// poll(2), a notifier and the monotonic clock, as Swift can use them. No policy: each function
// makes the system call that its comment names and returns its result, or -errno.
#ifndef C_MIO_POLL_H
#define C_MIO_POLL_H

#include <stddef.h>
#include <stdint.h>

// What poll(2) is asked about a descriptor, and its answer. The bits are those of MioCore's readiness
// word, whatever the system's are; a negative descriptor is passed over.
typedef struct c_mio_poll_entry {
  int32_t descriptor;
  uint16_t asked;
  uint16_t found;
} c_mio_poll_entry;

static const uint16_t C_MIO_POLL_READABLE = 0x0001;
static const uint16_t C_MIO_POLL_PRIORITY = 0x0002;
static const uint16_t C_MIO_POLL_WRITABLE = 0x0004;
static const uint16_t C_MIO_POLL_ERROR = 0x0008;
static const uint16_t C_MIO_POLL_HANG_UP = 0x0010;
static const uint16_t C_MIO_POLL_INVALID = 0x0020; // not open: never in a readiness word
static const uint16_t C_MIO_POLL_READ_CLOSED = 0x2000;

// Which open file a descriptor stands for: one that the witness does not know, or, where there is no
// witness, the one of this device and number.
typedef struct c_mio_poll_identity {
  uint64_t device;
  uint64_t file;
  int32_t is_new;
} c_mio_poll_identity;

// What stands for a witness on systems that have none.
static const int32_t C_MIO_POLL_NO_WITNESS = -1;

#if defined(__unix__) || defined(__APPLE__)

// ppoll(2) where it exists, poll(2) with the time rounded up elsewhere; waits for ever below zero. The
// entries are laid out for the system in place for the time of the call.
intptr_t c_mio_poll(c_mio_poll_entry *entries, size_t count, int64_t nanoseconds);

// epoll_create1(2), close-on-exec: an epoll instance knows open files apart that have the same device and
// number, as all eventfds and timers have, and it knows which files cannot be watched. Nobody waits on it.
// C_MIO_POLL_NO_WITNESS where there is no epoll, or it is not allowed.
int c_mio_poll_witness_create(void);

// EPOLL_CTL_ADD, or fstat(2) without a witness: which file a descriptor stands for that is to be
// registered. The witness knows it from now on. -EPERM for a file that cannot be watched: without a
// witness, those are regular files and folders.
int c_mio_poll_enlist(int witness, int descriptor, c_mio_poll_identity *identity);

// EPOLL_CTL_MOD, or fstat(2) without a witness: which file a descriptor stands for by now.
int c_mio_poll_recognize(int witness, int descriptor, c_mio_poll_identity *identity);

// EPOLL_CTL_DEL: the witness forgets the file. Does nothing without a witness.
int c_mio_poll_strike(int witness, int descriptor);

// eventfd(2), or pipe(2): close-on-exec and non-blocking. Both ends may be the same.
int c_mio_poll_notifier_create(int ends[2]);

// write(2) of something. Zero also when there is something already.
int c_mio_poll_notify(int end);

// read(2) of all there is.
int c_mio_poll_drain(int end);

// close(2).
int c_mio_poll_close(int descriptor);

// clock_gettime(2), CLOCK_MONOTONIC, in nanoseconds.
uint64_t c_mio_poll_now(void);

#endif

#endif
