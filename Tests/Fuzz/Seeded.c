// Runs the inputs of a generator with a seed: seeded COUNT [SEED [FIRST]]. Each input can be run
// alone.
#include "CFuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
  for (current = first; current < first + inputs; current++)
    c_fuzz_run(seed, current);
  printf("fuzz: %llu inputs of seed %llu, no fault\n", (unsigned long long)inputs,
         (unsigned long long)seed);
  return 0;
}
