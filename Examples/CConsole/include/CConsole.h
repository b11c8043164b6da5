// The console of a Windows program.
#ifndef C_CONSOLE_H
#define C_CONSOLE_H

// SetConsoleCtrlHandler: calls the function, on a thread of its own, when the user interrupts the program or
// wants it to end. Returns 0, or a negated error code.
int c_console_on_interrupt(void (*interrupt)(void));

#endif
