#include "CConsole.h"

#include <stdio.h>
#include <stdlib.h>

void c_console_flush(void) { fflush(NULL); }
void c_console_complain(const char *text) { fputs(text, stderr); }
void c_console_exit(int status) { exit(status); }
