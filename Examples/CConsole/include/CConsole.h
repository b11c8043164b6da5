// The functions with which a program writes to its user and ends. They are C functions because Swift's names for the C library differ between systems.
#ifndef C_CONSOLE_H
#define C_CONSOLE_H

// fflush(3): writes all buffered output.
void c_console_flush(void);

// fputs(3) to standard error.
void c_console_complain(const char *text);

// exit(3).
_Noreturn void c_console_exit(int status);

#endif
