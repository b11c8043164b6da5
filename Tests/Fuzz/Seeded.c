// Runs the inputs of a generator with a seed: seeded COUNT [SEED [FIRST]]. Each input can be run
// alone.
#include "Fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LONGEST = 256 };

static uint64_t mix(uint64_t word) { // SplitMix64
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

static uint64_t seed = 1, current;

// Sanitizers end the program as well. In both cases the number of the input must be printed.
static void say_which(int number) {
  char text[128];
  int count = snprintf(text, sizeof text, "fuzz: input %llu of seed %llu: seeded 1 %llu %llu\n",
                       (unsigned long long)current, (unsigned long long)seed,
                       (unsigned long long)seed, (unsigned long long)current);
  if (write(STDERR_FILENO, text, (size_t)count) < 0) _exit(1);
  signal(number, SIG_DFL);
  raise(number);
}

int main(int count, char **arguments) {
  uint64_t inputs = count > 1 ? strtoull(arguments[1], NULL, 10) : 1000000;
  if (count > 2) seed = strtoull(arguments[2], NULL, 10);
  uint64_t first = count > 3 ? strtoull(arguments[3], NULL, 10) : 0;
  signal(SIGABRT, say_which);
  for (current = first; current < first + inputs; current++) {
    uint64_t words[LONGEST / sizeof(uint64_t)], state = mix(seed) + mix(current);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      words[i] = mix(state += 0x9e3779b97f4a7c15);
    run_input((const uint8_t *)words, 16 + words[0] % (LONGEST - 15));
  }
  printf("fuzz: %llu inputs of seed %llu, no fault\n", (unsigned long long)inputs,
         (unsigned long long)seed);
  return 0;
}
