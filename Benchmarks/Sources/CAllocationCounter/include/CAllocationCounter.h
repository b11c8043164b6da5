// Counts what goes through the C library's allocator, which Swift's runtime uses too.
#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

// How many blocks were allocated, and how many freed, since the process began. For one thread.
long allocation_count(void);
long free_count(void);

#endif
