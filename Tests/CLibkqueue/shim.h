// Makes libkqueue known to the package manager. pkg-config provides its flags, and CMioKqueue
// includes its header.

// A function of libkqueue that no header declares. It waits until the thread that closes kqueues
// has closed all of them.
void libkqueue_drain_pending_close(void);
