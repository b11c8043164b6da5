// Names libkqueue for the package manager: its flags come from pkg-config, its header is included by
// CMioKqueue.

// libkqueue's own, in no header: waits until the thread that closes kqueues has closed all of them.
void libkqueue_drain_pending_close(void);
