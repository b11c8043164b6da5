// Which mutant runs. The numbers are those that `scripts/mutate` gives to the mutants. Shims include this file first,
// so it includes no header of the system.
#ifndef C_MUTANTS_H
#define C_MUTANTS_H

// The value of MIO_MUTANT, or -1: no mutant runs.
extern int c_mutant_chosen;
// A byte for each mutant, in the file that MIO_MUTANTS_REACHED names, or null: nothing is recorded.
extern unsigned char *c_mutants_reached;

static inline _Bool c_mutant(int number) {
  if (c_mutants_reached) c_mutants_reached[number] = 1;
  return number == c_mutant_chosen;
}

#endif
