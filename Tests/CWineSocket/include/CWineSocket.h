// Connected sockets of Winsock for the runner under Wine, until MioNet has them. Results below zero are
// negated codes of Winsock.
#ifndef C_WINE_SOCKET_H
#define C_WINE_SOCKET_H

#include <stddef.h>
#include <stdint.h>

// Two non-blocking sockets that are connected with each other over the loopback interface.
int32_t c_wine_pair(intptr_t sockets[2]);

intptr_t c_wine_send(intptr_t socket, const void *bytes, size_t count);
intptr_t c_wine_receive(intptr_t socket, void *bytes, size_t count, int32_t peek);

// 0 reading, 1 writing, 2 both.
int32_t c_wine_shutdown(intptr_t socket, int32_t direction);
int32_t c_wine_close(intptr_t socket);

// How many handles this process has open.
int64_t c_wine_handle_count(void);

#endif
