// These definitions stand before the C library's for the whole process, its shared libraries included.
#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

// glibc's own names for what it would otherwise have been asked.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static long allocations;
static long frees;

long allocation_count(void) { return __atomic_load_n(&allocations, __ATOMIC_RELAXED); }
long free_count(void) { return __atomic_load_n(&frees, __ATOMIC_RELAXED); }

static void count(long *counter) { __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED); }

void *malloc(size_t size) {
  count(&allocations);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(&allocations);
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  count(&allocations);
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(&allocations);
  return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
  count(&allocations);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count(&allocations);
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

void free(void *block) {
  if (block) count(&frees);
  __libc_free(block);
}
