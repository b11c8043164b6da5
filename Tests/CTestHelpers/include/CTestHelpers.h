// Linux calls that only tests make, and that Swift's Glibc module does not have. Those of the app are in
// Docs/Descriptors.md, word for word.
#ifndef C_TEST_HELPERS_H
#define C_TEST_HELPERS_H

#include <stdint.h>

// timerfd_create(2) and timerfd_settime(2): a descriptor that becomes readable once.
int app_timer(int64_t nanoseconds);

// signalfd(2) for one signal, which is blocked in the calling thread.
int app_signal(int number);

// inotify_init1(2), and inotify_add_watch(2) for files that appear in a folder.
int app_folder(const char *path);

// pidfd_open(2): readable when the process is over.
int app_process(int process);

// Gives the calling thread a table of descriptors of its own, with the first three only: no test sees what it
// opens. Returns 0, or -1 where that is not allowed.
int c_test_leave_descriptors(void);

// How many nanoseconds the threads of this process have waited for a processor, or -1 if nobody knows.
int64_t c_test_waited_for_processor(void);

// Whether the shims work as they have to on Apple's systems.
int c_test_uses_fallbacks(void);

// unshare(2), CLONE_NEWNET: the calling thread gets a network of its own, with nothing but a loopback interface
// of this MTU. Returns 0, or -1 where that is not allowed.
int c_test_isolate_network(int mtu);

// pipe2(2), close-on-exec and non-blocking. Returns 0, or -1.
int c_test_pipe(int ends[2]);

// fcntl(2), F_SETPIPE_SZ: how many bytes a pipe takes, which is rounded up to pages.
int c_test_resize_pipe(int end, int size);

#endif
