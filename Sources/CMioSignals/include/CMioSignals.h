// Signals of POSIX systems and control events of Windows consoles, for signal sources. The code
// that runs inside a signal handler is in C. A handler may call only a few functions, and Swift
// does not guarantee that its code calls no other functions.
#ifndef C_MIO_SIGNALS_H
#define C_MIO_SIGNALS_H

#include "CMioPlatform.h"

#include <stdint.h>

// Signal numbers are from 1 to 64. Sets of signals have a bit for each number: bit 0 for number 1.

#if C_MIO_IS_POSIX

#include <signal.h>

static const int32_t C_MIO_SIGHUP = SIGHUP;
static const int32_t C_MIO_SIGINT = SIGINT;
static const int32_t C_MIO_SIGQUIT = SIGQUIT;
static const int32_t C_MIO_SIGUSR1 = SIGUSR1;
static const int32_t C_MIO_SIGUSR2 = SIGUSR2;
static const int32_t C_MIO_SIGALRM = SIGALRM;
static const int32_t C_MIO_SIGTERM = SIGTERM;
static const int32_t C_MIO_SIGCHLD = SIGCHLD;
static const int32_t C_MIO_SIGCONT = SIGCONT;
static const int32_t C_MIO_SIGWINCH = SIGWINCH;

#else

// The numbers of signals.h of Windows, and Linux's numbers for the signals that Windows lacks.
static const int32_t C_MIO_SIGHUP = 1;
static const int32_t C_MIO_SIGINT = 2;
static const int32_t C_MIO_SIGQUIT = 3;
static const int32_t C_MIO_SIGUSR1 = 10;
static const int32_t C_MIO_SIGUSR2 = 12;
static const int32_t C_MIO_SIGALRM = 14;
static const int32_t C_MIO_SIGTERM = 15;
static const int32_t C_MIO_SIGCHLD = 17;
static const int32_t C_MIO_SIGCONT = 18;
static const int32_t C_MIO_SIGWINCH = 28;

#endif

// Returns whether the processor raises the signal for the instruction that it executes. When the
// handler of such a signal returns, the instruction raises the signal again, without end.
int c_mio_signal_is_synchronous(int32_t number);

// sigaction(2), or SetConsoleCtrlHandler: begins to pass a signal on to its receivers, and remembers
// the previous disposition. Only one thread at a time may call this function and the next one.
intptr_t c_mio_signal_catch(int32_t number);

// Restores the previous disposition, unless other code has changed it since.
void c_mio_signal_release(int32_t number);

// pipe2(2), or a UDP socket that is connected to itself: creates a channel with a reading end and a
// writing end. For a socket they are the same descriptor.
intptr_t c_mio_signal_create_channel(intptr_t *reading_end, intptr_t *writing_end);

// A receiver remembers the signals that have arrived. It writes a byte to its channel when the first
// one arrives.
typedef struct c_mio_signal_receiver c_mio_signal_receiver;

// Opens a receiver. Returns NULL if there is no memory. Only one thread at a time may call this
// function and the next one.
c_mio_signal_receiver *c_mio_signal_receiver_open(uint64_t signals, intptr_t writing_end);

// Closes a receiver, and waits until no handler writes to its channel any more.
void c_mio_signal_receiver_close(c_mio_signal_receiver *receiver);

// read(2), or recv: empties the channel, and stores the signals that have arrived since the last call.
// Returns 0.
intptr_t c_mio_signal_receiver_take(
    c_mio_signal_receiver *receiver, intptr_t reading_end, uint64_t *signals);

// Passes a signal on to the receivers that want it. Signal handlers may call this function. Returns
// whether a receiver wants it.
int c_mio_signal_deliver(int32_t number);

#if C_MIO_HAS_WINSOCK

// The handler of SetConsoleCtrlHandler. Returns whether a receiver wants the event.
int c_mio_signal_console_event(uint32_t event);

#endif

#endif
