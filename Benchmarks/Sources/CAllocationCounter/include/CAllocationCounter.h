// Counts what goes through the C library's allocator, which Swift's runtime uses too.
#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

// How many blocks were allocated since the process began.
long allocation_count(void);

// Does nothing with a block that the compiler can see, so it cannot leave the block out.
void allocation_keep(const void *block);

#endif
