#define _GNU_SOURCE
#include "CTestHelpers.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

// All system calls in this file are made by number. The thread sanitizer would mistake equal
// descriptors of different tables for one descriptor.

int c_test_leave_descriptors(void) {
  if (syscall(SYS_unshare, CLONE_FILES) != 0) return -1;
  return (int)syscall(SYS_close_range, 3, ~0u, 0);
}

// Returns the time that a thread has waited, which is the second number of its schedstat file.
static int64_t thread_waited(int tasks, const char *thread) {
  char path[64], text[128];
  snprintf(path, sizeof path, "%s/schedstat", thread);
  long file = syscall(SYS_openat, tasks, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  long count = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  text[count > 0 ? count : 0] = 0;
  const char *second = strchr(text, ' ');
  return second ? strtoll(second, NULL, 10) : 0;
}

int64_t c_test_waited_for_processor(void) {
  long tasks = syscall(SYS_openat, AT_FDCWD, "/proc/self/task", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (tasks < 0) return -1;
  int64_t sum = 0;
  _Alignas(struct dirent64) char entries[4096];
  long length;
  while ((length = syscall(SYS_getdents64, tasks, entries, sizeof entries)) > 0) {
    for (long offset = 0; offset < length;) {
      const struct dirent64 *entry = (const struct dirent64 *)(entries + offset);
      if (entry->d_name[0] != '.') sum += thread_waited((int)tasks, entry->d_name);
      offset += entry->d_reclen;
    }
  }
  syscall(SYS_close, tasks);
  return sum;
}
