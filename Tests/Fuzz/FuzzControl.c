// Checks of ancillary data. The expected results are computed by independent code.
#include "Fuzz.h"

#include <string.h>

enum { ROOM = 768, BY_NUMBER = 9 };

// The memory that the shim uses. It must not access anything behind `length` or `capacity`.
static _Alignas(16) uint8_t room[ROOM];

static size_t align(size_t size) { return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

// struct cmsghdr. Its data may begin a few bytes after it, at HEAD.
typedef struct head {
  claim length;
  int level;
  int type;
} head;

// Walking

// Returns the item at an offset with a valid head.
static c_mio_control_item expected_item(const uint8_t *bytes, size_t offset, const head *head) {
  const uint8_t *data = bytes + offset + HEAD;
  size_t size = head->length - HEAD;
  int level = head->level, type = head->type;
  c_mio_control_item item;
  memset(&item, 0, sizeof item);
  item.level = level;
  item.type = type;
  item.offset = offset + HEAD;
  item.size = size;
  bool is_tos = level == IP_LEVEL && (type == TOS || type == RECEIVED_TOS);
  uint32_t number_kind = is_tos                                ? C_MIO_CONTROL_TYPE_OF_SERVICE
                         : level == V6_LEVEL && type == TCLASS ? C_MIO_CONTROL_TRAFFIC_CLASS
                         : level == UDP_LEVEL && type == GRO && GRO >= 0
                             ? C_MIO_CONTROL_SEGMENT_SIZE
                             : C_MIO_CONTROL_OTHER;
  if (number_kind != C_MIO_CONTROL_OTHER && size > 0) {
    item.kind = number_kind;
    memcpy(&item.number, data, size >= 4 ? 4 : size >= 2 ? 2 : 1); // little-endian
  } else if (level == SOCKET_LEVEL && (type == DESCRIPTORS || (type == PROCESS_DESCRIPTOR && type >= 0))) {
    item.kind = C_MIO_CONTROL_DESCRIPTORS;
    item.count = (uint32_t)(size / 4);
  } else if (level == SOCKET_LEVEL && type == SENDER && SENDER >= 0 && size >= SENDER_SIZE) {
    item.kind = C_MIO_CONTROL_CREDENTIALS;
    memcpy(&item.credentials.process, data + SENDER_PROCESS, 4);
    memcpy(&item.credentials.user, data + SENDER_USER, 4);
    memcpy(&item.credentials.group, data + SENDER_GROUP, 4);
  } else if (level == SOCKET_LEVEL && type == TIMESTAMP && size >= 16) {
    item.kind = C_MIO_CONTROL_TIMESTAMP;
    uint64_t rest = 0;
    memcpy(&item.seconds, data, 8);
    memcpy(&rest, data + 8, REST_SIZE);
    item.nanoseconds = (uint32_t)(REST_UNIT == 0 ? (rest >> 32) * 1000000000 >> 32 : rest * REST_UNIT);
  } else if (level == IP_LEVEL && type == PACKET_INFO && size >= PACKET_INFO_SIZE) {
    item.kind = C_MIO_CONTROL_PACKET_INFO;
    if (INFO_INTERFACE >= 0) memcpy(&item.interface, data + INFO_INTERFACE, 4);
    item.address.family = 4;
    for (int i = 0; i < 4; i++) item.address.low = item.address.low << 8 | data[INFO_HERE + i];
  } else if (level == V6_LEVEL && type == V6_PACKET_INFO && size >= 20) {
    item.kind = C_MIO_CONTROL_PACKET_INFO;
    memcpy(&item.interface, data + 16, 4);
    item.address.family = 6;
    for (int i = 0; i < 8; i++) item.address.high = item.address.high << 8 | data[i];
    for (int i = 8; i < 16; i++) item.address.low = item.address.low << 8 | data[i];
  }
  return item;
}

static void check_same(const c_mio_control_item *a, const c_mio_control_item *b) {
  CHECK(a->kind == b->kind && a->count == b->count);
  CHECK(a->level == b->level && a->type == b->type);
  CHECK(a->offset == b->offset && a->size == b->size);
  CHECK(a->number == b->number && a->interface == b->interface);
  CHECK(a->address.family == b->address.family && a->address.port == b->address.port);
  CHECK(a->address.high == b->address.high && a->address.low == b->address.low);
  CHECK(a->credentials.user == b->credentials.user && a->credentials.group == b->credentials.group);
  CHECK(a->credentials.process == b->credentials.process);
  CHECK(a->seconds == b->seconds && a->nanoseconds == b->nanoseconds);
}

static void check_descriptors(const c_mio_control_item *item, size_t length) {
  CHECK(item->offset <= length && item->size <= length - item->offset);
  CHECK(item->count <= item->size / 4);
  for (uint32_t i = 0; item->kind == C_MIO_CONTROL_DESCRIPTORS && i < item->count; i++) {
    int32_t descriptor;
    memcpy(&descriptor, room + item->offset + 4 * i, sizeof descriptor);
    CHECK(c_mio_control_descriptor(room, item, i) == descriptor);
  }
}

// Performs one step, and returns whether there was an item.
static bool check_step(size_t length, size_t *offset) {
  size_t before = *offset;
  c_mio_control_item item;
  memset(&item, 0xa5, sizeof item);
  int found = c_mio_control_next(length == 0 ? NULL : room, length, offset, &item);
  head head;
  bool is_there = before <= length && length - before >= HEAD;
  if (is_there) memcpy(&head, room + before, sizeof head);
  is_there = is_there && head.length >= HEAD && head.length <= length - before;
  CHECK(found == is_there);
  if (!found) {
    CHECK(*offset == before && is_zero(&item, sizeof item));
    return false;
  }
  size_t rest = length - before, space = align(head.length);
  CHECK(*offset == before + (space < rest ? space : rest));
  c_mio_control_item expected = expected_item(room, before, &head);
  check_same(&item, &expected);
  check_descriptors(&item, length);
  return true;
}

static void check_walk(size_t length, size_t offset) {
  size_t steps = 0;
  while (check_step(length, &offset)) CHECK(++steps <= length / HEAD);
}

// Hostile data

static size_t hostile_claim(input *in, size_t rest) {
  switch (take_byte(in) % 16) {
  case 0: return 0;
  case 1: return HEAD - 1;
  case 2: return HEAD;
  case 3: return rest;
  case 4: return rest + 1;
  case 5: return align(rest) + 8;
  case 6: return SIZE_MAX - take_below(in, 32);
  case 7: return SIZE_MAX / 2 + take_below(in, 32);
  default: return HEAD + take_below(in, 48);
  }
}

static void hostile_kind(input *in, head *head) {
  static const int kinds[][2] = {{SOCKET_LEVEL, DESCRIPTORS}, {SOCKET_LEVEL, SENDER},
                                 {SOCKET_LEVEL, PROCESS_DESCRIPTOR}, {SOCKET_LEVEL, TIMESTAMP},
                                 {IP_LEVEL, TOS},             {IP_LEVEL, RECEIVED_TOS},
                                 {IP_LEVEL, PACKET_INFO},     {V6_LEVEL, TCLASS},
                                 {V6_LEVEL, V6_PACKET_INFO},  {UDP_LEVEL, GRO},
                                 {UDP_LEVEL, SEGMENT}};
  size_t kind = take_below(in, sizeof kinds / sizeof *kinds + 1);
  bool is_known = kind < sizeof kinds / sizeof *kinds;
  head->level = is_known ? kinds[kind][0] : (int)take_word(in);
  head->type = is_known ? kinds[kind][1] : (int)take_word(in);
}

// Fills the memory with data that looks like items, but may be wrong. Returns the length of the
// data.
static size_t fill_with_hostile_items(input *in) {
  static const size_t lengths[] = {0, 1, 7, 8, 15, 16, 17, 20, 24, 28, 32, 40};
  size_t length = take_byte(in) % 4 == 0 ? lengths[take_below(in, sizeof lengths / sizeof *lengths)]
                                         : take_below(in, 256);
  memset(room, 0xa5, ROOM);
  take(in, room, length);
  for (size_t offset = 0; offset + HEAD <= length;) {
    head head = {.length = (claim)hostile_claim(in, length - offset)};
    hostile_kind(in, &head);
    memcpy(room + offset, &head, sizeof head);
    offset += head.length >= HEAD && head.length < ROOM ? align(head.length) : HEAD;
  }
  return length;
}

void check_hostile_control(input *in) {
  size_t length = fill_with_hostile_items(in), offset = 0;
  switch (take_byte(in) % 8) {
  case 0: offset = take_below(in, length + HEAD); break;
  case 1: offset = SIZE_MAX - take_below(in, 32); break;
  }
  forbid(room + length, ROOM - length);
  check_walk(length, offset);
  allow(room, ROOM);
}

// Adding

// The expected contents of the memory, which other code writes, and the last item, which can take
// more descriptors.
typedef struct model {
  uint8_t bytes[ROOM];
  size_t length;
  size_t last;
} model;

typedef struct addition {
  head head;
  size_t size;
  uint8_t data[20];
  uint32_t kind;
  c_mio_address address;
  uint32_t interface;
  int32_t number;
} addition;

static void put_v4(uint8_t *bytes, uint64_t address) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(address >> (24 - 8 * i));
}

static void put_v6(uint8_t *bytes, const c_mio_address *address) {
  put_v4(bytes, address->high >> 32);
  put_v4(bytes + 4, address->high);
  put_v4(bytes + 8, address->low >> 32);
  put_v4(bytes + 12, address->low);
}

static size_t take_packet_info(input *in, addition *new) {
  new->interface = take_byte(in) % 2 ? take_word(in) : 0;
  new->address.family = take_byte(in) % 2 ? 4 : 6;
  take(in, &new->address.low, new->address.family == 4 ? 4 : 8);
  memset(new->data, 0, sizeof new->data);
  if (new->address.family == 4) {
    new->head = (head){0, IP_LEVEL, PACKET_INFO};
    if (INFO_INTERFACE >= 0) memcpy(new->data + INFO_INTERFACE, &new->interface, 4);
    put_v4(new->data + INFO_SOURCE, new->address.low);
    return PACKET_INFO_SIZE;
  }
  take(in, &new->address.high, 8);
  new->head = (head){0, V6_LEVEL, V6_PACKET_INFO};
  put_v6(new->data, &new->address);
  memcpy(new->data + 16, &new->interface, 4);
  return 20;
}

static addition take_addition(input *in) {
  addition new = {.kind = take_byte(in) % (BY_NUMBER + 1), .number = (int32_t)take_word(in)};
  size_t size = 4;
  memcpy(new.data, &new.number, size);
  switch (new.kind) {
  case C_MIO_CONTROL_DESCRIPTORS:
    new.head = (head){0, SOCKET_LEVEL, DESCRIPTORS};
    break;
  case C_MIO_CONTROL_TYPE_OF_SERVICE:
    new.head = (head){0, IP_LEVEL, TOS};
    size = SENT_TOS_SIZE < 0 ? 0 : SENT_TOS_SIZE;
    break;
  case C_MIO_CONTROL_TRAFFIC_CLASS:
    new.head = (head){0, V6_LEVEL, TCLASS};
    break;
  case C_MIO_CONTROL_SEGMENT_SIZE:
    new.head = (head){0, UDP_LEVEL, SEGMENT};
    size = 2;
    break;
  case C_MIO_CONTROL_PACKET_INFO:
    size = take_packet_info(in, &new);
    break;
  case BY_NUMBER: // of any level and type, as many bytes as the caller has
    hostile_kind(in, &new.head);
    take(in, new.data, sizeof new.data);
    size = take_byte(in) % 16 == 0 ? SIZE_MAX - take_below(in, 64) - HEAD
                                   : take_below(in, sizeof new.data + 1);
    break;
  }
  new.size = size;
  new.head.length = (claim)(HEAD + size);
  return new;
}

static bool is_supported(const addition *new) {
  switch (new->kind) {
  case C_MIO_CONTROL_DESCRIPTORS:
  case C_MIO_CONTROL_TRAFFIC_CLASS:
  case BY_NUMBER: return true;
  case C_MIO_CONTROL_TYPE_OF_SERVICE: return SENT_TOS_SIZE >= 0;
  case C_MIO_CONTROL_SEGMENT_SIZE: return SEGMENT >= 0;
  case C_MIO_CONTROL_PACKET_INFO:
    return new->address.family == 6 || INFO_INTERFACE >= 0 || new->interface == 0;
  default: return false;
  }
}

// Adds to the model if it fits.
static intptr_t add_to_model(model *model, size_t capacity, const addition *new) {
  if (!is_supported(new)) return -NOT_SUPPORTED;
  head last = {0};
  if (model->length > 0) memcpy(&last, model->bytes + model->last, sizeof last);
  bool joins = new->kind == C_MIO_CONTROL_DESCRIPTORS && last.level == SOCKET_LEVEL && last.type == DESCRIPTORS;
  size_t start = joins ? model->last : model->length;
  head head = new->head;
  if (joins) head.length = last.length + 4;
  if (new->size > ROOM || capacity < model->length || start + align(head.length) > capacity)
    return -NO_BUFFERS;
  memcpy(model->bytes + start, &head, sizeof head);
  memcpy(model->bytes + start + head.length - new->size, new->data, new->size);
  model->last = start;
  model->length = start + align(head.length);
  return 0;
}

static intptr_t add_to_room(size_t capacity, size_t *length, const addition *new) {
  switch (new->kind) {
  case C_MIO_CONTROL_DESCRIPTORS:
    return c_mio_control_add_descriptor(room, capacity, length, new->number);
  case C_MIO_CONTROL_PACKET_INFO:
    return c_mio_control_add_packet_info(room, capacity, length, &new->address, new->interface);
  case BY_NUMBER:
    return c_mio_control_add(room, capacity, length, new->head.level, new->head.type, new->data,
                             new->size);
  default:
    return c_mio_control_add_number(room, capacity, length, new->kind, new->number);
  }
}

void check_adding(input *in) {
  static model model;
  memset(&model, 0, sizeof model);
  static uint8_t untouched[ROOM];
  memset(untouched, 0xa5, ROOM);
  memset(room, 0xa5, ROOM);
  size_t capacity = take_below(in, 400), length = 0;
  forbid(room + capacity, ROOM - capacity);
  for (size_t count = take_below(in, 24); count > 0; count--) {
    addition new = take_addition(in);
    size_t allowed = take_byte(in) % 8 == 0 ? take_below(in, capacity + 1) : capacity;
    intptr_t expected = add_to_model(&model, allowed, &new);
    CHECK(add_to_room(allowed, &length, &new) == expected);
    CHECK(length == model.length);
    CHECK(memcmp(room, model.bytes, length) == 0);
    CHECK(memcmp(room + length, untouched, capacity - length) == 0);
  }
  check_walk(length, 0);
  size_t end = 0;
  while (check_step(length, &end)) {}
  CHECK(end == length);
  allow(room, ROOM);
}

void check_adding_to_hostile_control(input *in) {
  size_t length = fill_with_hostile_items(in), capacity = take_below(in, ROOM);
  size_t end = length > capacity ? length : capacity, before = length;
  forbid(room + end, ROOM - end);
  intptr_t result = c_mio_control_add_descriptor(room, capacity, &length, (int32_t)take_word(in));
  CHECK(result == 0 || result == -NO_BUFFERS);
  CHECK(result == 0 ? length <= capacity : length == before);
  check_walk(length, 0);
  allow(room, ROOM);
}
