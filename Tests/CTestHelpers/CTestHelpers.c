#define _GNU_SOURCE
#include "CTestHelpers.h"

#include <errno.h>
#include <fcntl.h>
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

int app_folder(const char *path) {
  int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch >= 0 && inotify_add_watch(watch, path, IN_CREATE) >= 0) return watch;
  if (watch >= 0) close(watch);
  return -1;
}

// By number: older C libraries have no function for it. The descriptor is close-on-exec.
int app_process(int process) { return (int)syscall(434, process, 0); }

int c_test_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }

int c_test_resize_pipe(int end, int size) { return fcntl(end, F_SETPIPE_SZ, size); }

static int set_up_loopback(int socket, int mtu) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  strcpy(request.ifr_name, "lo");
  request.ifr_mtu = mtu;
  if (ioctl(socket, SIOCSIFMTU, &request) < 0) return errno;
  request.ifr_flags = IFF_UP;
  return ioctl(socket, SIOCSIFFLAGS, &request) < 0 ? errno : 0;
}

static int allow_fast_open(void) {
  int file = open("/proc/sys/net/ipv4/tcp_fastopen", O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  int result = write(file, "1543", 4) < 0 ? errno : 0; // ip-sysctl: 1, 2, 4, 0x200 and 0x400
  close(file);
  return result;
}

int c_test_isolate_network(int mtu) {
  if (unshare(CLONE_NEWNET) < 0) return errno;
  int configuration = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (configuration < 0) return errno;
  int error = set_up_loopback(configuration, mtu);
  close(configuration);
  return error != 0 ? error : allow_fast_open();
}
