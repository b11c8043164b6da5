// Names libkqueue for the package manager: its flags come from pkg-config, its header is included by
// CMioKqueue.
