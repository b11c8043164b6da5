// A function that Swift's standard library needs from the C library, and that musl lacks.
#include <stddef.h>
#include <sys/random.h>

void arc4random_buf(void *buffer, size_t count) { getrandom(buffer, count, 0); }
