#define _GNU_SOURCE
#include "CTestHelpers.h"

#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

int app_timer(int64_t nanoseconds) {
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  struct itimerspec time = {.it_value = {nanoseconds / 1000000000, nanoseconds % 1000000000}};
  if (timer >= 0 && timerfd_settime(timer, 0, &time, NULL) == 0) return timer;
  if (timer >= 0) close(timer);
  return -1;
}

int app_signal(int number) {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  if (pthread_sigmask(SIG_BLOCK, &only, NULL) != 0) return -1;
  return signalfd(-1, &only, SFD_CLOEXEC | SFD_NONBLOCK);
}

// The child calls the system directly, because it may share the memory of this thread.
int app_child_with_signal(int number, int shares_memory) {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  pid_t child = shares_memory ? vfork() : fork();
  if (child == 0) {
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    kill(getpid(), number);
    _exit(0);
  }
  int status = -1;
  return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

int app_folder(const char *path) {
  int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch >= 0 && inotify_add_watch(watch, path, IN_CREATE) >= 0) return watch;
  if (watch >= 0) close(watch);
  return -1;
}

// The call is made by number, because older C libraries have no function for it. The descriptor is
// close-on-exec.
int app_process(int process) { return (int)syscall(434, process, 0); }

static int bring_up_loopback(int mtu) {
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq request = {.ifr_name = "lo", .ifr_mtu = mtu};
  int result = ioctl(any, SIOCSIFMTU, &request);
  request.ifr_flags = IFF_UP;
  if (result == 0) result = ioctl(any, SIOCSIFFLAGS, &request);
  close(any);
  return result;
}

int c_test_isolate_network(int mtu) {
  return unshare(CLONE_NEWNET) < 0 ? -1 : bring_up_loopback(mtu);
}

int c_test_uses_fallbacks(void) {
#ifdef C_MIO_USE_FALLBACKS
  return 1;
#else
  return 0;
#endif
}

int c_test_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }

int c_test_resize_pipe(int end, int size) { return fcntl(end, F_SETPIPE_SZ, size); }
