#include "CConsole.h"

#include <stdio.h>
#include <stdlib.h>

void c_console_flush(void) { fflush(NULL); }
void c_console_complain(const char *text) { fputs(text, stderr); }
void c_console_exit(int status) { exit(status); }

#if defined(_WIN32)

#include <windows.h>

static void (*handler)(void);

static BOOL WINAPI interrupted(DWORD event) {
  (void)event;
  handler();
  return TRUE;
}

int c_console_on_interrupt(void (*interrupt)(void)) {
  handler = interrupt;
  return SetConsoleCtrlHandler(interrupted, TRUE) ? 0 : -(int)GetLastError();
}

#endif
