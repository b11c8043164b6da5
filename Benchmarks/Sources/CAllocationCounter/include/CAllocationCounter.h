// A counter of the allocations of the C library, which Swift's runtime uses as well.
#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

// Returns the number of blocks that were allocated since the start of the process.
long allocation_count(void);

// Does nothing. The compiler cannot see that, so it does not remove the allocation of the block.
void allocation_keep(const void *block);

#endif
