// Coroutines: functions that run in turn, each on its own stack, and only while another function
// resumes them.
//
// If the processor and the file format are supported, a switch is a few instructions on the
// resuming thread. Otherwise, and under sanitizers, which must know every stack, each coroutine is
// a thread, and only one of the threads runs at a time. The caller determines the order, which is
// the same in both cases.
#ifndef C_MIO_COROUTINE_H
#define C_MIO_COROUTINE_H

typedef struct c_mio_coroutine c_mio_coroutine;

// Creates a coroutine that has not begun. Returns NULL if there is no memory or no thread left.
c_mio_coroutine *c_mio_coroutine_create(void (*body)(void *), void *context);

// Runs the coroutine until it suspends or ends. Returns 1 if it has ended. A coroutine must not
// resume itself.
int c_mio_coroutine_resume(c_mio_coroutine *coroutine);

// Suspends the running coroutine, and returns to the code that resumed it.
void c_mio_coroutine_suspend(void);

// Returns the context of the running coroutine, or NULL outside of a coroutine.
void *c_mio_coroutine_context(void);

// Calls a function as if it were a coroutine with this context. The function must not suspend.
void c_mio_coroutine_call(void (*body)(void *), void *context);

// Frees a coroutine that has ended or has never begun.
void c_mio_coroutine_destroy(c_mio_coroutine *coroutine);

// Returns whether coroutines are threads in this build.
int c_mio_coroutine_is_thread(void);

#endif
