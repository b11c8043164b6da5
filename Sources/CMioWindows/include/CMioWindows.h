// What the Windows backend needs of Windows. The numbers are there on every system, for the state machine of
// a socket, which is tested everywhere.
#ifndef C_MIO_WINDOWS_H
#define C_MIO_WINDOWS_H

#include <stdint.h>

// What IOCTL_AFD_POLL is asked for and answers. AFD_POLL_CONNECT (0x040) is left out: a connected socket
// answers it at every poll.
static const uint32_t C_MIO_AFD_RECEIVE = 0x001;
static const uint32_t C_MIO_AFD_RECEIVE_EXPEDITED = 0x002;
static const uint32_t C_MIO_AFD_SEND = 0x004;
static const uint32_t C_MIO_AFD_DISCONNECT = 0x008;
static const uint32_t C_MIO_AFD_ABORT = 0x010;
static const uint32_t C_MIO_AFD_LOCAL_CLOSE = 0x020;
static const uint32_t C_MIO_AFD_ACCEPT = 0x080;
static const uint32_t C_MIO_AFD_CONNECT_FAIL = 0x100;

// The statuses of a poll that are told apart. All others below zero are failures.
static const int32_t C_MIO_STATUS_SUCCESS = 0;
static const int32_t C_MIO_STATUS_TIMEOUT = 0x00000102;
static const int32_t C_MIO_STATUS_PENDING = 0x00000103;
static const int32_t C_MIO_STATUS_HANDLES_CLOSED = (int32_t)0x8000000A;
static const int32_t C_MIO_STATUS_INVALID_HANDLE = (int32_t)0xC0000008;
static const int32_t C_MIO_STATUS_CANCELLED = (int32_t)0xC0000120;
static const int32_t C_MIO_STATUS_NOT_FOUND = (int32_t)0xC0000225;

#endif
