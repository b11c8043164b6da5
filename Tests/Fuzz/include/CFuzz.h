// The generator of inputs, for scripts and tests.
#ifndef C_FUZZ_H
#define C_FUZZ_H

#include <stdint.h>

// Runs an input of the generator. The seed and the number determine it. A check that fails ends the program.
void c_fuzz_run(uint64_t seed, uint64_t number);

#endif
