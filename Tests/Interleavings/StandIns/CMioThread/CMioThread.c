// Loom/Monitor.swift implements the functions of the monitor that the header declares. The
// functions of threads are not needed.
#include "CMioThread.h"
