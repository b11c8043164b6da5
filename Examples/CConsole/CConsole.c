#include "CConsole.h"

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
