// Descriptors for measurements, and the work of Mio in the shortest C. No library can need less.
#ifndef C_RAW_EPOLL_H
#define C_RAW_EPOLL_H

#include <stdint.h>

// Functions that create descriptors. They end the process if the system has none left.
int raw_eventfd(void);
void raw_pipe(int ends[2]);
void raw_stream_pair(int ends[2]); // TCP over loopback
int raw_connect(uint16_t port);

// Makes an eventfd readable again, which is a new edge.
void raw_arm(int eventfd);
// Starts a process that sends a message and waits for its echo, `count` times, and then closes.
int raw_start_client(int descriptor, long count, long size);
void raw_finish_client(int client);
void raw_set_nonblocking(int descriptor);
void raw_close(int descriptor);

// The baselines, each of which callgrind collects. A poll adds up the tokens of the readable
// events.
int raw_queue(void);
void raw_collected_poll(int queue, int timeout, uint64_t *sum);
void raw_collected_poll_handler(int queue, int timeout, uint64_t *sum);
void raw_collected_register(int queue, int descriptor, uint64_t token);
void raw_collected_reregister(int queue, int descriptor, uint64_t token);
void raw_collected_deregister(int queue, int descriptor);
void raw_collected_wake(int eventfd);
void raw_collected_echo(int queue);

#endif
