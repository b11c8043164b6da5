// The scheduler implements the functions of the monitor that the header declares:
// Loom/Monitor.swift. The functions of threads are not needed.
#include "CMioThread.h"
