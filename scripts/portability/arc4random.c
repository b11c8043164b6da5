// What Swift's standard library expects of the C library, and musl lacks.
#include <stddef.h>
#include <sys/random.h>

void arc4random_buf(void *buffer, size_t count) { getrandom(buffer, count, 0); }
