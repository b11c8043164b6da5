// Fibers: threads of which one runs at a time, and which switch only where they say so.
#ifndef C_LOOM_H
#define C_LOOM_H

typedef struct c_loom_fiber c_loom_fiber;

// A fiber for the thread that calls.
c_loom_fiber *c_loom_fiber_adopt(void);
// A fiber that calls `body` when it is switched to first; `body` never returns.
c_loom_fiber *c_loom_fiber_create(void (*body)(long), long argument);
// Goes on with `to` until somebody switches to `from`.
void c_loom_fiber_switch(c_loom_fiber *from, c_loom_fiber *to);

// Calls `print` with the signal's number when the program crashes, on a stack of its own.
void c_loom_on_crash(void (*print)(int));

// fork(2), which Swift does not import: 0 in the copy of the process.
int c_loom_fork(void);
// Waits for a copy to end, and returns its status; -1 if it crashed.
int c_loom_join(int copy);

#endif
