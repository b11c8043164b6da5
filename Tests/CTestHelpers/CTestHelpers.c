#define _GNU_SOURCE
#include "CTestHelpers.h"

#include <fcntl.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
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

// Makes a request about interfaces, through a socket of any family that has them.
static int request(int family, unsigned long number, void *argument) {
  int any = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int result = ioctl(any, number, argument);
  close(any);
  return result;
}

int c_test_set_loopback_flags(int flags) {
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = (short)flags};
  return request(AF_INET, SIOCSIFFLAGS, &loopback);
}

int c_test_add_loopback_address(const uint8_t address[16], uint32_t prefix_length) {
  struct in6_ifreq addition = {
      .ifr6_prefixlen = prefix_length, .ifr6_ifindex = (int)if_nametoindex("lo")};
  memcpy(&addition.ifr6_addr, address, sizeof addition.ifr6_addr);
  return request(AF_INET6, SIOCSIFADDR, &addition);
}

int c_test_isolate_network(int mtu) {
  if (unshare(CLONE_NEWNET) < 0) return -1;
  struct ifreq loopback = {.ifr_name = "lo", .ifr_mtu = mtu};
  int result = request(AF_INET, SIOCSIFMTU, &loopback);
  return result < 0 ? result : c_test_set_loopback_flags(IFF_UP);
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
