// Fibers: threads of which one runs at a time, and which switch only by an explicit call.
#ifndef C_LOOM_H
#define C_LOOM_H

typedef struct c_loom_fiber c_loom_fiber;

// Makes a fiber for the calling thread.
c_loom_fiber *c_loom_fiber_adopt(void);
// Makes a fiber that calls `body` when it is first switched to. `body` never returns.
c_loom_fiber *c_loom_fiber_create(void (*body)(long), long argument);
// Continues with `to`, until a fiber switches to `from`.
void c_loom_fiber_switch(c_loom_fiber *from, c_loom_fiber *to);

// Calls `print` with the signal's number when the program crashes, on a separate stack.
void c_loom_on_crash(void (*print)(int));

// fork(2), which Swift does not import. Returns 0 in the copy of the process.
int c_loom_fork(void);
// Waits for a copy to end, and returns its status, or -1 if it crashed.
int c_loom_join(int copy);

#endif
