// Checks of the names of sockets. The expected results are computed by independent code.
#include "Fuzz.h"

#include <string.h>

enum { CAPACITY = 128, FAMILY_END = FAMILY_OFFSET + FAMILY_SIZE };

static int family_of(const uint8_t *bytes, size_t there) {
  uint16_t family = 0;
  if (there >= FAMILY_END) memcpy(&family, bytes + FAMILY_OFFSET, FAMILY_SIZE); // little-endian
  return family;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Hostile names

static uint32_t hostile_length(input *in) {
  static const uint32_t lengths[] = {0,   1,   2,   3,   8,   15,  16,  17,  27,         28,        29,
                                     109, 110, 111, 112, 127, 128, 129, 255, 0x7fffffff, 0xffffffff};
  if (take_byte(in) % 4 == 0) return (uint32_t)take_below(in, CAPACITY + 16);
  return lengths[take_below(in, sizeof lengths / sizeof *lengths)];
}

static void hostile_bytes(input *in, uint8_t *bytes) {
  static const uint16_t families[] = {UNIX, UNIX, V4, V6, 0};
  take(in, bytes, CAPACITY);
  uint16_t family = families[take_below(in, sizeof families / sizeof *families)];
  if (take_byte(in) % 8 != 0) memcpy(bytes + FAMILY_OFFSET, &family, FAMILY_SIZE);
  switch (take_byte(in) % 4) {
  case 0: // a path without NUL
    for (size_t i = PATH_START; i < CAPACITY; i++) bytes[i] |= 1;
    break;
  case 1: // one with
    for (size_t i = PATH_START; i < CAPACITY; i++) bytes[i] |= 1;
    bytes[PATH_START + take_below(in, CAPACITY - PATH_START)] = 0;
    break;
  case 2: // an abstract name, or none
    bytes[PATH_START] = 0;
    break;
  }
}

// Checks that a name was created from its used bytes, and has its own length if the system requires
// one.
static void check_encoded(const c_mio_name *again, const uint8_t *bytes, size_t used) {
  const uint8_t *made = (const uint8_t *)again->words;
  for (size_t i = 0; i < FAMILY_OFFSET; i++) CHECK(made[i] == again->length);
  CHECK(memcmp(made + FAMILY_OFFSET, bytes + FAMILY_OFFSET, used - FAMILY_OFFSET) == 0);
  CHECK(is_zero(made + used, CAPACITY - used));
}

static void check_as_internet(const c_mio_name *name, const uint8_t *bytes, size_t there) {
  c_mio_address address;
  memset(&address, 0xa5, sizeof address);
  int accepted = c_mio_decode_internet(name, &address);
  int family = family_of(bytes, there);
  size_t size = family == V4 ? V4_SIZE : family == V6 ? V6_SIZE : 0;
  CHECK(accepted == (size > 0 && there >= size));
  if (!accepted) {
    CHECK(is_zero(&address, sizeof address));
    return;
  }
  CHECK(address.family == (family == V4 ? 4 : 6));
  c_mio_name again;
  CHECK(c_mio_encode_internet(&address, &again) == 0);
  CHECK(again.length == size);
  // There is padding behind an IPv4 address.
  check_encoded(&again, bytes, family == V4 ? V4_USED : size);
}

static void check_record(const c_mio_unix_address *address) {
  CHECK(address->count <= PATH_ROOM);
  CHECK(is_zero(address->bytes + address->count, PATH_ROOM - address->count));
}

static void check_as_unix(const c_mio_name *name, const uint8_t *bytes, size_t there) {
  c_mio_unix_address address;
  memset(&address, 0xa5, sizeof address);
  int accepted = c_mio_decode_unix(name, &address);
  CHECK(accepted == (there == 0 || family_of(bytes, there) == UNIX));
  CHECK(c_mio_name_is_empty(name) == (accepted && address.kind == C_MIO_UNIX_UNNAMED));
  check_record(&address);
  there = smaller(there, UNIX_SIZE);
  const uint8_t *path = bytes + PATH_START;
  bool is_path = path[0] != 0;
  if (!accepted || there <= PATH_START || (!is_path && !HAS_ABSTRACT_NAMES)) {
    CHECK(address.kind == C_MIO_UNIX_UNNAMED && address.count == 0);
    return;
  }
  size_t count = is_path ? strnlen((const char *)path, there - PATH_START) : there - PATH_START - 1;
  CHECK(address.kind == (is_path ? C_MIO_UNIX_PATH : C_MIO_UNIX_ABSTRACT));
  CHECK(address.count == count);
  CHECK(memcmp(address.bytes, path + (is_path ? 0 : 1), count) == 0);

  c_mio_name again;
  CHECK(c_mio_encode_unix(&address, &again) == 0);
  size_t used = PATH_START + count + (is_path ? 0 : 1);
  // A path may fill the whole name. There is no space for a NUL then.
  CHECK(again.length == used + (is_path && count < PATH_ROOM ? 1 : 0));
  check_encoded(&again, bytes, used);
}

void check_hostile_name(input *in) {
  static c_mio_name name;
  uint8_t bytes[CAPACITY];
  hostile_bytes(in, bytes);
  name.length = hostile_length(in);
  memcpy(name.words, bytes, CAPACITY);
  size_t there = smaller(name.length, CAPACITY);
  uint8_t *end = (uint8_t *)name.words + there;
  forbid(end, CAPACITY - there);
  check_as_internet(&name, bytes, there);
  check_as_unix(&name, bytes, there);
  allow(end, CAPACITY - there);
  CHECK(memcmp(name.words, bytes, CAPACITY) == 0);
}

// Addresses

void check_internet_address(input *in) {
  c_mio_address address = {.family = take_byte(in) % 2 ? 4 : 6, .port = (uint16_t)take_word(in)};
  if (address.family == 4) {
    address.low = take_word(in);
  } else {
    address.flow_info = take_word(in);
    address.scope_id = take_word(in);
    take(in, &address.high, sizeof address.high);
    take(in, &address.low, sizeof address.low);
  }
  c_mio_name name;
  memset(&name, 0xa5, sizeof name);
  CHECK(c_mio_encode_internet(&address, &name) == 0);
  c_mio_address again;
  CHECK(c_mio_decode_internet(&name, &again) == 1);
  CHECK(again.family == address.family && again.port == address.port);
  CHECK(again.flow_info == address.flow_info && again.scope_id == address.scope_id);
  CHECK(again.high == address.high && again.low == address.low);
  c_mio_unix_address other;
  CHECK(c_mio_decode_unix(&name, &other) == 0);
}

void check_unix_address(input *in) {
  static const uint32_t counts[] = {0, 1, 2, 106, 107, 108, 109, 110, 128, 0x7fffffff, 0xffffffff};
  c_mio_unix_address address = {.kind = take_byte(in) % 4};
  bool is_path = address.kind == C_MIO_UNIX_PATH, is_abstract = address.kind == C_MIO_UNIX_ABSTRACT;
  address.count = take_byte(in) % 2 ? (uint32_t)take_below(in, PATH_ROOM + 2)
                                    : counts[take_below(in, sizeof counts / sizeof *counts)];
  take(in, address.bytes, sizeof address.bytes);
  // MioNet creates no path that is empty or contains a NUL.
  for (size_t i = 0; is_path && i < sizeof address.bytes; i++) address.bytes[i] |= 1;
  if (is_path && address.count == 0) address.count = 1;

  c_mio_name name;
  memset(&name, 0xa5, sizeof name);
  intptr_t result = c_mio_encode_unix(&address, &name);
  size_t most = is_path ? PATH_ROOM : PATH_ROOM - 1;
  intptr_t refused = is_abstract && !HAS_ABSTRACT_NAMES                ? -NO_SUCH_FAMILY
                     : (is_path || is_abstract) && address.count > most ? -NAME_TOO_LONG
                                                                        : 0;
  if (refused) {
    CHECK(result == refused && is_zero(&name, sizeof name));
    return;
  }
  CHECK(result == 0 && name.length <= UNIX_SIZE);
  c_mio_unix_address again;
  CHECK(c_mio_decode_unix(&name, &again) == 1);
  check_record(&again);
  if (!is_path && !is_abstract) {
    CHECK(again.kind == C_MIO_UNIX_UNNAMED && again.count == 0);
    return;
  }
  CHECK(again.kind == address.kind && again.count == address.count);
  CHECK(memcmp(again.bytes, address.bytes, address.count) == 0);
  c_mio_address other;
  CHECK(c_mio_decode_internet(&name, &other) == 0);
}
