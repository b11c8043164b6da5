#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "CMioSocket.h"

#if C_MIO_IS_POSIX

#include "SignalMask.h"
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#if C_MIO_IS_LINUX

#include <sys/sendfile.h>

static intptr_t send_file(int socket, int file, off_t offset, size_t count) {
  return C_MIO_RESULT(sendfile(socket, file, &offset, count));
}

#elif defined(__APPLE__) || defined(__FreeBSD__)

// After a part of the file was sent, the system reports the number of sent bytes in addition to the
// error. If the call was refused before it began, Apple's systems may leave `count` there.
static intptr_t send_file(int socket, int file, off_t offset, size_t count) {
#if defined(__APPLE__)
  off_t sent = (off_t)count;
  int result = sendfile(file, socket, offset, &sent, NULL, 0);
#else
  off_t sent = 0;
  int result = sendfile(file, socket, offset, count, NULL, &sent, 0);
#endif
  if (result == 0) return (intptr_t)sent;
  return sent > 0 && sent < (off_t)count ? (intptr_t)sent : -errno;
}

#else

static intptr_t send_file(int socket, int file, off_t offset, size_t count) {
  (void)socket, (void)file, (void)offset, (void)count;
  return -EOPNOTSUPP;
}

#endif

intptr_t c_mio_send_file(intptr_t socket, intptr_t file, int64_t offset, size_t count) {
  if (!c_mio_is_descriptor(file)) return -EBADF;
  if (count == 0) return 0; // on other systems 0 means the whole file
  c_mio_signal_mask mask;
  c_mio_hold_sigpipe(&mask);
  intptr_t result = send_file((int)socket, (int)file, (off_t)offset, count);
  // The kernel sends a file in parts. If a later part has no reader, it raises the signal and returns the
  // number of bytes that it has sent.
  c_mio_release_sigpipe(&mask, result != (intptr_t)count);
  return result;
}

intptr_t c_mio_remove_socket_file(const c_mio_name *name) {
  struct sockaddr_un address;
  char path[sizeof address.sun_path + 1] = {0};
  memcpy(&address, name->words, sizeof address);
  memcpy(path, address.sun_path, sizeof address.sun_path);
  struct stat status;
  if (lstat(path, &status) < 0) return -errno;
  if (!S_ISSOCK(status.st_mode)) return -EADDRINUSE;
  return C_MIO_RESULT(unlink(path));
}

#endif
