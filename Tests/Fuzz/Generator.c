#include "CFuzz.h"
#include "Fuzz.h"

enum { LONGEST = 256 };

static uint64_t mix(uint64_t word) { // SplitMix64
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

void c_fuzz_run(uint64_t seed, uint64_t number) {
  uint64_t words[LONGEST / sizeof(uint64_t)], state = mix(seed) + mix(number);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    words[i] = mix(state += 0x9e3779b97f4a7c15);
  run_input((const uint8_t *)words, 16 + words[0] % (LONGEST - 15));
}
