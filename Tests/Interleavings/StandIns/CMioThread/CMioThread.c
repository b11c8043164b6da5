// The scheduler has the functions of the monitor that the header declares: Loom/Monitor.swift. Those of
// threads are not needed.
#include "CMioThread.h"
