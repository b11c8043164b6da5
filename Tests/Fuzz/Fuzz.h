// Checks of the shim's code that decodes the data of the kernel, and through it the data of a peer.
// An input is a string of bytes from the seeded generator or from libFuzzer. Each check derives its
// data from the input.
#ifndef FUZZ_H
#define FUZZ_H

#include "CMioSocket.h"
#include "Layout.h"

#include <stdbool.h>

// Runs the check that the first byte selects, with the other bytes.
void run_input(const uint8_t *bytes, size_t count);

// The bytes of an input. After the last byte they start again.
typedef struct input {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} input;

void take(input *in, void *out, size_t count);
uint8_t take_byte(input *in);
uint32_t take_word(input *in);
size_t take_below(input *in, size_t bound);

// Names
void check_hostile_name(input *in);
void check_internet_address(input *in);
void check_unix_address(input *in);

// Ancillary data
void check_hostile_control(input *in);
void check_adding(input *in);
void check_adding_to_hostile_control(input *in);

// Ends the program in a way that libFuzzer and people notice.
_Noreturn void check_failed(const char *file, int line, const char *condition);

#define CHECK(condition) \
  ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

// Returns whether all bytes are zero.
bool is_zero(const void *bytes, size_t count);

// Makes each access to the memory an error, or allows it again. The end of the usable memory is
// exact to the byte if the memory itself begins and ends at multiples of 8.
void forbid(const void *bytes, size_t count);
void allow(const void *bytes, size_t count);

#endif
