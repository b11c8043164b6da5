#define _GNU_SOURCE
#include "CRawEpoll.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static long checked(long result, const char *name) {
  if (result < 0) {
    perror(name);
    exit(1);
  }
  return result;
}

int raw_eventfd(void) { return (int)checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"); }

void raw_pipe(int ends[2]) { checked(pipe2(ends, O_CLOEXEC | O_NONBLOCK), "pipe2"); }

void raw_stream_pair(int ends[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = (int)checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  checked(bind(listener, (struct sockaddr *)&address, length), "bind");
  checked(listen(listener, 1), "listen");
  checked(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
  ends[0] = (int)checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  checked(connect(ends[0], (struct sockaddr *)&address, length), "connect");
  ends[1] = (int)checked(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept4");
  for (int i = 0; i < 2; i++) {
    int on = 1;
    checked(setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  }
  close(listener);
}

int raw_connect(uint16_t port) {
  int descriptor = (int)checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  checked(connect(descriptor, (struct sockaddr *)&address, sizeof address), "connect");
  return descriptor;
}

void raw_arm(int eventfd) {
  uint64_t one = 1;
  checked(write(eventfd, &one, sizeof one), "write");
}

static void send_all(int descriptor, const void *bytes, long count) {
  for (long sent = 0; sent < count;)
    sent += checked(send(descriptor, (const char *)bytes + sent, count - sent, 0), "send");
}

static void receive_all(int descriptor, void *bytes, long count) {
  for (long received = 0; received < count;)
    received += checked(recv(descriptor, (char *)bytes + received, count - received, 0), "recv");
}

void raw_set_nonblocking(int descriptor) {
  checked(fcntl(descriptor, F_SETFL, O_NONBLOCK), "fcntl");
}

void raw_close(int descriptor) { checked(close(descriptor), "close"); }

int raw_start_client(int descriptor, long count, long size) {
  int child = (int)checked(fork(), "fork");
  if (child != 0) {
    raw_close(descriptor);
    return child;
  }
  char message[4096] = {0};
  for (long turn = 0; turn < count; turn++) {
    send_all(descriptor, message, size);
    receive_all(descriptor, message, size);
  }
  _exit(0);
}

void raw_finish_client(int client) {
  int status;
  checked(waitpid(client, &status, 0), "waitpid");
  if (status != 0) exit(1);
}

enum { CAPACITY = 64 };
static struct epoll_event records[CAPACITY];
static char buffer[4096];

int raw_queue(void) { return (int)checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"); }

static int is_readable(const struct epoll_event *event) {
  return (event->events & (EPOLLIN | EPOLLHUP)) != 0;
}

void raw_collected_poll(int queue, int timeout, uint64_t *sum) {
  int count = epoll_wait(queue, records, CAPACITY, timeout);
  uint64_t tokens = 0;
  for (int index = 0; index < count; index++)
    if (is_readable(&records[index])) tokens += records[index].data.u64;
  *sum += tokens;
}

__attribute__((noinline)) static void handle(const struct epoll_event *event, uint64_t *sum) {
  if (is_readable(event)) *sum += event->data.u64;
}

void raw_collected_poll_handler(int queue, int timeout, uint64_t *sum) {
  int count = epoll_wait(queue, records, CAPACITY, timeout);
  for (int index = 0; index < count; index++) handle(&records[index], sum);
}

static void control(int queue, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data.u64 = token};
  if (epoll_ctl(queue, operation, descriptor, &event)) checked(-1, "epoll_ctl");
}

void raw_collected_register(int queue, int descriptor, uint64_t token) {
  control(queue, EPOLL_CTL_ADD, descriptor, EPOLLIN | EPOLLRDHUP | EPOLLET, token);
}

void raw_collected_reregister(int queue, int descriptor, uint64_t token) {
  control(queue, EPOLL_CTL_MOD, descriptor, EPOLLIN | EPOLLRDHUP | EPOLLET, token);
}

void raw_collected_deregister(int queue, int descriptor) {
  if (epoll_ctl(queue, EPOLL_CTL_DEL, descriptor, NULL)) checked(-1, "epoll_ctl");
}

void raw_collected_wake(int eventfd) {
  uint64_t one = 1;
  if (write(eventfd, &one, sizeof one) != sizeof one) checked(-1, "write");
}

// Runs until the connection ends.
void raw_collected_echo(int queue) {
  for (;;) {
    int count = epoll_wait(queue, records, CAPACITY, -1);
    for (int index = 0; index < count; index++) {
      if (!is_readable(&records[index])) continue;
      int descriptor = (int)records[index].data.u64;
      for (;;) {
        ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
        if (received < 0 && errno == EAGAIN) break;
        if (received <= 0) return;
        if (send(descriptor, buffer, received, MSG_NOSIGNAL) != received) return;
        if (received < (ssize_t)sizeof buffer) break;
      }
    }
  }
}
