// The original source. Its atomic operations are steps of the scheduler, and the functions of
// SignalChannel.h are in Scenarios/Kernels/SignalModel.swift.
#include "SignalSteps.h"

#include "../../../../Sources/CMioSignals/CMioSignals.c"
