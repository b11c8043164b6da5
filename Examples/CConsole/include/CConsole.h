// The functions with which a program writes to its user, ends, and is notified of an interrupt.
// They are C functions because Swift's names for the C library differ between systems.
#ifndef C_CONSOLE_H
#define C_CONSOLE_H

// fflush(3): writes all buffered output.
void c_console_flush(void);

// fputs(3) to standard error.
void c_console_complain(const char *text);

// exit(3).
_Noreturn void c_console_exit(int status);

// SetConsoleCtrlHandler on Windows. When the user interrupts the program or closes it, Windows
// calls the function on its own thread. Returns 0 or a negated error code.
int c_console_on_interrupt(void (*interrupt)(void));

#endif
