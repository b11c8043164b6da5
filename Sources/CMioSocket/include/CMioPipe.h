// Pipes.
#ifndef C_MIO_PIPE_H
#define C_MIO_PIPE_H

#include "CMioMessage.h"

// pipe2(2), close-on-exec and non-blocking, free of SIGPIPE where that is a property of a pipe.
intptr_t c_mio_pipe_create(intptr_t *reading_end, intptr_t *writing_end);

// Makes an end from elsewhere close-on-exec, non-blocking and free of SIGPIPE. -EINVAL for what is no
// pipe, or is not open for that direction.
intptr_t c_mio_pipe_adopt(intptr_t descriptor, int is_writing_end);

// readv(2), and writev(2) without SIGPIPE.
intptr_t c_mio_pipe_read(intptr_t pipe, const c_mio_piece *pieces, size_t count);
intptr_t c_mio_pipe_write(intptr_t pipe, const c_mio_piece *pieces, size_t count);

#endif
