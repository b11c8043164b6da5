// The scheduler has the functions that the header declares: Loom/Lock.swift.
#include "CMioLock.h"
