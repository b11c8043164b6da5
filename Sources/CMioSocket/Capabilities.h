// Properties of the system that decide how the shim works.
#ifndef C_MIO_CAPABILITIES_H
#define C_MIO_CAPABILITIES_H

#include "CMioSocket.h"

// Whether the system has accept4(2), pipe2(2), SOCK_CLOEXEC, SOCK_NONBLOCK and MSG_CMSG_CLOEXEC.
// Without them a process that another thread forks can inherit a new descriptor for a moment.
#define HAS_ATOMIC_FLAGS !C_MIO_IS_LIKE_APPLE

// Whether the system closes received descriptors that do not fit into the buffer. XNU opens them
// and does not report them: soreceive_ctl and copyout_control in its source.
#define CLOSES_WHAT_HAS_NO_ROOM !C_MIO_IS_LIKE_APPLE

// Whether a peek opens the descriptors of the message. BSDs and XNU return values that are not
// descriptors of this process: zeros, or their values in the kernel.
#if C_MIO_IS_LINUX
#define OPENS_FOR_A_PEEK !C_MIO_IS_LIKE_APPLE
#else
#define OPENS_FOR_A_PEEK 0
#endif

// Whether recvmmsg(2) and sendmmsg(2) are system calls. FreeBSD's C library makes one call for each
// message, and loses an error after the first message.
#if C_MIO_IS_LINUX || defined(__NetBSD__) || defined(__OpenBSD__)
#define HAS_MESSAGE_BATCHES !C_MIO_IS_LIKE_APPLE
#else
#define HAS_MESSAGE_BATCHES 0
#endif

// Whether the system reports a sender without a name as a sender with an empty name.
#if C_MIO_IS_LINUX
#define NAMES_THE_NAMELESS 0
#else
#define NAMES_THE_NAMELESS 1
#endif

#endif
