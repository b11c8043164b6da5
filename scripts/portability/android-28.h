// Makes every use of a function an error that bionic, Android's C library, added after API level 28. The functions
// are those that `libc.map.txt` of platform/bionic lists from `LIBC_Q` on, as far as musl declares them. musl's headers
// replace bionic's. This file is included before everything else.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

// 29
#pragma GCC poison getloadavg reallocarray timespec_get
// 30
#pragma GCC poison call_once cnd_broadcast cnd_destroy cnd_init cnd_signal cnd_timedwait cnd_wait memfd_create
#pragma GCC poison mlock2 mtx_destroy mtx_init mtx_lock mtx_timedlock mtx_trylock mtx_unlock
#pragma GCC poison pthread_cond_clockwait pthread_mutex_clocklock renameat2 sem_clockwait statx thrd_create
#pragma GCC poison thrd_current thrd_detach thrd_exit thrd_join thrd_sleep thrd_yield tss_create
#pragma GCC poison tss_delete tss_get tss_set
// 31
#pragma GCC poison ffsl ffsll pidfd_getfd pidfd_open pidfd_send_signal process_madvise
// 33
#pragma GCC poison backtrace preadv2 preadv64v2 pwritev2 pwritev64v2
// 34
#pragma GCC poison close_range copy_file_range posix_spawn_file_actions_addchdir_np
#pragma GCC poison posix_spawn_file_actions_addfchdir_np
// 35 and later
#pragma GCC poison epoll_pwait2 _Fork tcgetwinsize tcsetwinsize lchmod qsort_r pthread_getaffinity_np
#pragma GCC poison pthread_setaffinity_np
