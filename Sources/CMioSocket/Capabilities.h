// How the shim has to work, by what the system offers.
#ifndef C_MIO_CAPABILITIES_H
#define C_MIO_CAPABILITIES_H

#include "CMioSocket.h"

// accept4(2), pipe2(2), SOCK_CLOEXEC, SOCK_NONBLOCK and MSG_CMSG_CLOEXEC. Without them there is a moment in
// which a new descriptor is inherited by what another thread forks.
#define HAS_ATOMIC_FLAGS !C_MIO_IS_LIKE_APPLE

// Whether the system closes descriptors that come with a message and have no room. XNU opens them, and tells
// nobody: soreceive_ctl and copyout_control in its source.
#define CLOSES_WHAT_HAS_NO_ROOM !C_MIO_IS_LIKE_APPLE

// Whether the descriptors of a message that is peeked at are opened. BSDs and XNU tell what are no numbers of
// this process: zeros, or what they are in the kernel.
#if C_MIO_IS_LINUX
#define OPENS_FOR_A_PEEK !C_MIO_IS_LIKE_APPLE
#else
#define OPENS_FOR_A_PEEK 0
#endif

// recvmmsg(2) and sendmmsg(2).
#if C_MIO_IS_LINUX || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__)
#define HAS_MESSAGE_BATCHES !C_MIO_IS_LIKE_APPLE
#else
#define HAS_MESSAGE_BATCHES 0
#endif

// Whether a sender without a name is told as one whose name is empty, and not as none.
#if C_MIO_IS_LINUX
#define NAMES_THE_NAMELESS 0
#else
#define NAMES_THE_NAMELESS 1
#endif

#endif
