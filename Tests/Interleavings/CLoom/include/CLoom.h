// Fibers: threads of which only one runs at a time. They switch only where they request it.
#ifndef C_LOOM_H
#define C_LOOM_H

typedef struct c_loom_fiber c_loom_fiber;

// Creates a fiber for the calling thread.
c_loom_fiber *c_loom_fiber_adopt(void);
// Creates a fiber that calls `body` at the first switch to it. `body` never returns.
c_loom_fiber *c_loom_fiber_create(void (*body)(long), long argument);
// Continues with `to` until another fiber switches to `from`.
void c_loom_fiber_switch(c_loom_fiber *from, c_loom_fiber *to);

// Calls `print` with the number of the signal if the program crashes. It runs on its own stack.
void c_loom_on_crash(void (*print)(int));

// fork(2), which Swift does not import: returns 0 in the copy of the process.
int c_loom_fork(void);
// Waits for the end of a copy, and returns its status, or -1 if it crashed.
int c_loom_join(int copy);

#endif
