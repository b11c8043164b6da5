// libFuzzer's entry: it makes inputs that reach code which none has reached before.
#include "Fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  run_input(bytes, count);
  return 0;
}
