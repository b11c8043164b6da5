#include "CMioSignals.h"

#if C_MIO_HAS_WINSOCK

#include "CMioErrors.h"
#include "CMioSocket.h"
#include "SignalChannel.h"
#include <windows.h>

int c_mio_signal_is_synchronous(int32_t number) {
  (void)number; // Windows has exceptions for these
  return 0;
}

// Catching

// Windows ends the process when the handlers of the other events return.
static int is_lasting(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }

// The same signals as in Go. A service continues when a user logs off: the default handler decides.
int c_mio_signal_console_event(uint32_t event) {
  switch (event) {
  case CTRL_C_EVENT:
  case CTRL_BREAK_EVENT: return c_mio_signal_deliver(C_MIO_SIGINT);
  case CTRL_CLOSE_EVENT:
  case CTRL_SHUTDOWN_EVENT: return c_mio_signal_deliver(C_MIO_SIGTERM);
  default: return 0;
  }
}

// Windows calls it on a new thread.
static BOOL WINAPI handle(DWORD event) {
  if (!c_mio_signal_console_event(event)) return FALSE;
  // The program has some seconds to end itself. Windows ends the process afterwards.
  if (!is_lasting(event)) Sleep(INFINITE);
  return TRUE;
}

// Windows keeps a list of handlers, and a handler may be in it several times: here once for each
// signal that is caught.
intptr_t c_mio_signal_catch(int32_t number) {
  (void)number;
  return SetConsoleCtrlHandler(handle, TRUE) ? 0 : -(intptr_t)GetLastError();
}

void c_mio_signal_release(int32_t number) {
  (void)number;
  SetConsoleCtrlHandler(handle, FALSE);
}

// The channel

// Selectors of Windows watch sockets. A datagram socket that is connected to itself receives from
// no other socket. PostgreSQL's statistics collector used such a socket up to version 14.
intptr_t c_mio_signal_create_channel(intptr_t *reading_end, intptr_t *writing_end) {
  intptr_t socket = c_mio_create((c_mio_kind){C_MIO_FAMILY_V4, C_MIO_TYPE_DATAGRAM});
  if (socket < 0) return socket;
  c_mio_address loopback = {.family = 4, .low = 0x7f000001};
  c_mio_name name;
  c_mio_encode_internet(&loopback, &name);
  intptr_t result = c_mio_bind(socket, &name);
  if (result >= 0) result = c_mio_local_name(socket, &name);
  if (result >= 0) result = c_mio_connect(socket, &name);
  if (result < 0) {
    c_mio_close(socket);
    return result;
  }
  *reading_end = *writing_end = socket;
  return 0;
}

intptr_t c_mio_signal_empty(intptr_t reading_end) {
  char byte;
  intptr_t result;
  do {
    result = c_mio_receive(reading_end, &byte, 1);
  } while (result >= 0);
  return result == -C_MIO_EAGAIN || result == -C_MIO_EWOULDBLOCK ? 0 : result;
}

void c_mio_signal_write(intptr_t writing_end) {
  char byte = 0;
  c_mio_send(writing_end, &byte, 1);
}

intptr_t c_mio_signal_process(void) { return 0; }
void c_mio_signal_yield(void) { SwitchToThread(); }

#endif
