// Linux calls that only tests make, and that are missing in Swift's Glibc module. The calls of the
// app are in Docs/Descriptors.md, word for word.
#ifndef C_TEST_HELPERS_H
#define C_TEST_HELPERS_H

#include <stdint.h>

// timerfd_create(2) and timerfd_settime(2): creates a descriptor that becomes readable once.
int app_timer(int64_t nanoseconds);

// signalfd(2) for one signal, which is blocked in the calling thread.
int app_signal(int number);

// inotify_init1(2), and inotify_add_watch(2) for new files in a folder.
int app_folder(const char *path);

// pidfd_open(2): the descriptor is readable when the process has ended.
int app_process(int process);

// Gives the calling thread its own table of descriptors, which contains only the first three. Tests
// do not see the descriptors that this thread opens. Returns 0, or -1 if the system does not allow
// it.
int c_test_leave_descriptors(void);

// Returns the number of nanoseconds that the threads of this process have waited for a processor,
// or -1 if the system does not report it.
int64_t c_test_waited_for_processor(void);

// Returns whether the shims use the fallbacks for Apple's systems.
int c_test_uses_fallbacks(void);

// unshare(2) with CLONE_NEWNET: gives the calling thread its own network, which contains only a
// loopback interface with this MTU. Returns 0, or -1 if the system does not allow it.
int c_test_isolate_network(int mtu);

// pipe2(2), close-on-exec and non-blocking. Returns 0 or -1.
int c_test_pipe(int ends[2]);

// fcntl(2) with F_SETPIPE_SZ: sets the capacity of a pipe in bytes, which is rounded up to pages.
int c_test_resize_pipe(int end, int size);

#endif
