#define _GNU_SOURCE
#include "CMioSocket.h"

#if C_MIO_IS_POSIX

#include <sys/types.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#if defined(__FreeBSD__)
#include <sys/ucred.h>
#endif

// For a socket without a peer, systems return an invalid user or one of several errors.

#if defined(__linux__)

intptr_t c_mio_peer_credentials(intptr_t socket, c_mio_credentials *credentials) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt((int)socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -errno;
  if (peer.pid == 0 && peer.uid == (uid_t)-1) return -ENOTCONN;
  *credentials = (c_mio_credentials){peer.uid, peer.gid, peer.pid};
  return 0;
}

#else

// Returns 0 if the system does not report the process.
static pid_t peer_process(int socket) {
#if defined(__APPLE__)
  pid_t process = 0;
  socklen_t length = sizeof process;
  return getsockopt(socket, SOL_LOCAL, LOCAL_PEERPID, &process, &length) < 0 ? 0 : process;
#elif defined(__FreeBSD__)
  struct xucred peer;
  socklen_t length = sizeof peer;
  return getsockopt(socket, SOL_LOCAL, LOCAL_PEERCRED, &peer, &length) < 0 ? 0 : peer.cr_pid;
#elif defined(__OpenBSD__)
  struct sockpeercred peer;
  socklen_t length = sizeof peer;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 ? 0 : peer.pid;
#elif defined(__NetBSD__)
  struct unpcbid peer;
  socklen_t length = sizeof peer;
  return getsockopt(socket, SOL_LOCAL, LOCAL_PEEREID, &peer, &length) < 0 ? 0 : peer.unp_pid;
#else
  (void)socket;
  return 0;
#endif
}

intptr_t c_mio_peer_credentials(intptr_t socket, c_mio_credentials *credentials) {
  uid_t user;
  gid_t group;
  if (getpeereid((int)socket, &user, &group) < 0) return errno == EINVAL ? -ENOTCONN : -errno;
  *credentials = (c_mio_credentials){user, group, peer_process((int)socket)};
  return 0;
}

#endif

#endif
