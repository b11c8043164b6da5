// What a program tells its user, and hears from it: Swift's names for the C library differ between systems.
#ifndef C_CONSOLE_H
#define C_CONSOLE_H

// fflush(3): writes all that was printed.
void c_console_flush(void);

// fputs(3), on standard error.
void c_console_complain(const char *text);

// exit(3).
_Noreturn void c_console_exit(int status);

// SetConsoleCtrlHandler, on Windows: calls the function, on a thread of its own, when the user interrupts the
// program or wants it to end. Returns 0, or a negated error code.
int c_console_on_interrupt(void (*interrupt)(void));

#endif
