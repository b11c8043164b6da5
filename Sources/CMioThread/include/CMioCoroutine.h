// Coroutines: bodies that run by turns, each on a stack of its own, and only when they are resumed.
//
// Where the processor and the file format are known, a switch is a few instructions on the thread that
// resumes. Elsewhere, and under sanitizers, which have to know of every stack, each coroutine is a thread,
// and one of them runs at a time. The order is the same in both cases: it is the caller's.
#ifndef C_MIO_COROUTINE_H
#define C_MIO_COROUTINE_H

typedef struct c_mio_coroutine c_mio_coroutine;

// Makes a coroutine that has not begun. Returns NULL when there is no memory or no thread left.
c_mio_coroutine *c_mio_coroutine_create(void (*body)(void *), void *context);

// Runs the coroutine until it suspends or ends. Returns 1 when it has ended. Not from within itself.
int c_mio_coroutine_resume(c_mio_coroutine *coroutine);

// Goes back to who resumed the running coroutine.
void c_mio_coroutine_suspend(void);

// The context of the running coroutine, NULL outside of one.
void *c_mio_coroutine_context(void);

// Calls a body as if it were a coroutine of this context. It must not suspend.
void c_mio_coroutine_call(void (*body)(void *), void *context);

// Frees a coroutine that has ended, or never began.
void c_mio_coroutine_destroy(c_mio_coroutine *coroutine);

// Whether coroutines are threads here.
int c_mio_coroutine_is_thread(void);

#endif
