// Linux calls that only tests make, and that the Glibc module of Swift does not have.
// Docs/Descriptors.md contains the calls with the prefix `app` word for word.
#ifndef C_TEST_HELPERS_H
#define C_TEST_HELPERS_H

#include <stdint.h>

// timerfd_create(2) and timerfd_settime(2): a descriptor that becomes readable once.
int app_timer(int64_t nanoseconds);

// signalfd(2) for one signal, which is blocked in the calling thread.
int app_signal(int number);

// fork(2), or vfork(2) if the child shares the memory: a child that sends itself a signal. Returns its
// exit status.
int app_child_with_signal(int number, int shares_memory);

// inotify_init1(2), and inotify_add_watch(2) for new files in a folder.
int app_folder(const char *path);

// pidfd_open(2): a descriptor that becomes readable when the process ends.
int app_process(int process);

// Gives the calling thread its own table of descriptors, with only the first three descriptors.
// Other tests do not see the descriptors that the thread opens. Returns 0, or -1 if this is not
// permitted.
int c_test_leave_descriptors(void);

// Returns the time in nanoseconds that the threads of this process have waited for a processor, or
// -1 if the time is not available.
int64_t c_test_waited_for_processor(void);

// Returns whether the shims use the fallbacks that Apple's systems need.
int c_test_uses_fallbacks(void);

// unshare(2) with CLONE_NEWNET: the calling thread gets its own network, which has only a loopback
// interface of this MTU. Returns 0, or -1 if this is not permitted.
int c_test_isolate_network(int mtu);

// ioctl(2) with SIOCSIFFLAGS: sets the flags of the loopback interface, such as IFF_UP. Returns 0, or -1.
int c_test_set_loopback_flags(int flags);

// ioctl(2) with SIOCSIFADDR: adds an IPv6 address to the loopback interface. Returns 0, or -1.
int c_test_add_loopback_address(const uint8_t address[16], uint32_t prefix_length);

// pipe2(2), close-on-exec and non-blocking. Returns 0, or -1.
int c_test_pipe(int ends[2]);

// fcntl(2) with F_SETPIPE_SZ: sets the capacity of a pipe in bytes, rounded up to pages.
int c_test_resize_pipe(int end, int size);

#endif
