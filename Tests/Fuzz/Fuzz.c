#include "Fuzz.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void take(input *in, void *out, size_t count) {
  for (size_t i = 0; i < count; i++) ((uint8_t *)out)[i] = take_byte(in);
}

uint8_t take_byte(input *in) {
  if (in->count == 0) return 0;
  if (in->position == in->count) in->position = 0;
  return in->bytes[in->position++];
}

uint32_t take_word(input *in) {
  uint32_t word;
  take(in, &word, sizeof word);
  return word;
}

size_t take_below(input *in, size_t bound) {
  return (size_t)(take_byte(in) | take_byte(in) << 8) % bound;
}

_Noreturn void check_failed(const char *file, int line, const char *condition) {
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  abort();
}

bool is_zero(const void *bytes, size_t count) {
  const uint8_t *start = bytes;
  return count == 0 || (start[0] == 0 && memcmp(start, start + 1, count - 1) == 0);
}

void forbid(const void *bytes, size_t count) { ASAN_POISON_MEMORY_REGION(bytes, count); }

void allow(const void *bytes, size_t count) { ASAN_UNPOISON_MEMORY_REGION(bytes, count); }

void run_input(const uint8_t *bytes, size_t count) {
  static void (*const checks[])(input *) = {
      check_hostile_name,    check_internet_address, check_unix_address,
      check_hostile_control, check_adding,           check_adding_to_hostile_control};
  input in = {bytes, count, 0};
  checks[take_below(&in, sizeof checks / sizeof *checks)](&in);
}
