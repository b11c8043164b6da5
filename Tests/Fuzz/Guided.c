// The entry point of libFuzzer, which creates inputs that reach new code.
#include "Fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  run_input(bytes, count);
  return 0;
}
