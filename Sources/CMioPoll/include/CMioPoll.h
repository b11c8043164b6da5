// poll(2) and a notifier, in a form that Swift can import. There is no policy here: each function
// makes the system call that its comment names, and returns its result, or -errno.
#ifndef C_MIO_POLL_H
#define C_MIO_POLL_H

#include <stddef.h>
#include <stdint.h>

// The requested events of a descriptor, and the result of poll(2). The bits are those of MioCore's
// readiness word on every system.
typedef struct c_mio_poll_entry {
  int32_t descriptor;
  uint16_t asked;
  uint16_t found;
} c_mio_poll_entry;

// An entry that poll(2) ignores.
static const c_mio_poll_entry C_MIO_POLL_NOTHING = {.descriptor = -1};

static const uint16_t C_MIO_POLL_READABLE = 0x0001;
static const uint16_t C_MIO_POLL_PRIORITY = 0x0002;
static const uint16_t C_MIO_POLL_WRITABLE = 0x0004;
static const uint16_t C_MIO_POLL_ERROR = 0x0008;
static const uint16_t C_MIO_POLL_HANG_UP = 0x0010;
static const uint16_t C_MIO_POLL_INVALID = 0x0020; // not open; never in a readiness word
static const uint16_t C_MIO_POLL_READ_CLOSED = 0x2000;

// The identity of a descriptor's open file. With a witness it is whether the witness does not know
// the file. Without a witness it is the file's device and inode number.
typedef struct c_mio_poll_identity {
  uint64_t device;
  uint64_t file;
  int32_t is_new;
} c_mio_poll_identity;

// The value for a witness on systems without one. It is -EPERM on all systems.
static const int32_t C_MIO_POLL_NO_WITNESS = -1;

// The two ends of a notifier, which may be the same descriptor. Both are the negated error code if there
// is no notifier.
typedef struct c_mio_poll_notifier {
  int32_t reading_end;
  int32_t writing_end;
} c_mio_poll_notifier;

#if defined(__unix__) || defined(__APPLE__)

// ppoll(2) where it exists, elsewhere poll(2) with the time rounded up. A negative time waits
// without a limit. During the call the entries contain the system's bits.
intptr_t c_mio_poll(c_mio_poll_entry *entries, size_t count, int64_t nanoseconds);

// epoll_create1(2), close-on-exec. An epoll instance distinguishes open files with the same device
// and inode number, such as all eventfds and timers. It also knows which files cannot be watched.
// No thread waits on it. Returns C_MIO_POLL_NO_WITNESS where epoll does not exist or is not
// permitted.
int c_mio_poll_witness_create(void);

// EPOLL_CTL_ADD, or fstat(2) without a witness. Identifies the file of a descriptor that is to be
// registered. The witness knows the file from now on. Returns -EPERM for a file that cannot be
// watched. Without a witness, these are regular files and directories.
int c_mio_poll_enlist(int witness, int descriptor, c_mio_poll_identity *identity);

// EPOLL_CTL_MOD, or fstat(2) without a witness. Identifies the current file of a descriptor.
int c_mio_poll_recognize(int witness, int descriptor, c_mio_poll_identity *identity);

// EPOLL_CTL_DEL: the witness forgets the file. Does nothing without a witness.
int c_mio_poll_strike(int witness, int descriptor);

// eventfd(2), or pipe(2), close-on-exec and non-blocking.
c_mio_poll_notifier c_mio_poll_notifier_create(void);

// write(2) of some bytes. Returns no error if the eventfd or the pipe is full.
int c_mio_poll_notify(int end);

#endif

#endif
