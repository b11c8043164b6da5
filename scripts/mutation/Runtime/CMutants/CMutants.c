#include "CMutants.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int c_mutant_chosen = -1;
unsigned char *c_mutants_reached = NULL;

// The file is shared memory, so it is complete however the process ends.
static void record(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) < 0) abort();
  void *memory = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) abort();
  close(file);
  c_mutants_reached = memory;
}

__attribute__((constructor(101))) static void choose(void) {
  const char *number = getenv("MIO_MUTANT");
  if (number != NULL) c_mutant_chosen = atoi(number);
  const char *path = getenv("MIO_MUTANTS_REACHED");
  if (path != NULL) record(path);
}
