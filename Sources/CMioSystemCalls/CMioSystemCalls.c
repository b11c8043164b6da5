#include "CMioSystemCalls.h" // A package target needs a source file.
