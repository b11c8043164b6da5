// Pipes.
#ifndef C_MIO_PIPE_H
#define C_MIO_PIPE_H

#include "CMioMessage.h"

// pipe2(2): close-on-exec, non-blocking, and free of SIGPIPE if that is a property of the pipe.
intptr_t c_mio_pipe_create(intptr_t *reading_end, intptr_t *writing_end);

// Makes an existing end close-on-exec, non-blocking and free of SIGPIPE. Returns -EINVAL for a
// descriptor that is not a pipe or that is not open for the direction.
intptr_t c_mio_pipe_adopt(intptr_t descriptor, int is_writing_end);

// readv(2), and writev(2) without SIGPIPE.
intptr_t c_mio_pipe_read(intptr_t pipe, const c_mio_piece *pieces, size_t count);
intptr_t c_mio_pipe_write(intptr_t pipe, const c_mio_piece *pieces, size_t count);

#endif
