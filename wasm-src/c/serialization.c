/*
 * Serialization: data with a structure, written by one thread and read by all others.
 *
 * Threads that share a memory need not copy data to hand it over, but they have to agree on every
 * byte of it: where a field lies, how many bytes are left out before it, which end of a number comes
 * first, which bit of a byte is the first, and how text becomes bytes. Here each thread writes a
 * part. Then all meet at a barrier, and each reads every part, its own included, and checks all
 * values and makes a digest of them. Every thread gets the same digest, in whichever language its
 * part was written and read.
 *
 *   address  1024      1036     1040       1056                 3088
 *           +---------+--------+----------+----------+-----+----+--------+--------+-----+---- 0x400000
 *           | barrier | unused | reader 0 | reader 1 | ... | 127| part 0 | part 1 | ... |
 *           +---------+--------+----------+----------+-----+----+--------+--------+-----+----
 *             sync.h             digest: i64, mismatches: i64: what this thread has found
 *
 *   part   +0           +4          +8          +16          +24
 *         +---------+--+-----------+-----------+--------+---+----------+----------+-------+--------+
 *         | version |::| items:i32 | total:f64 | writer |:::| booleans | item ... | UTF-8 | UTF-16 |
 *         +---------+--+-----------+-----------+--------+---+----------+----------+-------+--------+
 *           i8                                  i16            booleans and both texts are filled up
 *                                                              to a multiple of 8 bytes
 *   total     of the items' weights
 *   booleans  one per item: item i has bit i % 8, counted from the lowest, of byte i / 8
 *   UTF-8     the texts of all items one after another, with room for 28 bytes an item; UTF-16 alike
 *
 *   item   +0      +4      +8          +16        +20    +24          +28     +32
 *         +----+--+-------+-----------+---------++------+----------+-+-------+-----------+
 *         |kind|::|id: i32|weight: f64| length8 || text8| length16 |:| text16| stamp: i64| 40 bytes
 *         +----+--+-------+-----------+---------++------+----------+-+-------+-----------+
 *           i8                         i16        i32    i16          i32
 *
 *   length8, text8    how many bytes the text takes in UTF-8, and where, counted from the part's begin
 *   length16, text16  the same in UTF-16
 *   ::                padding, so that each number lies at a multiple of its size; its bytes mean
 *                     nothing
 */
#include "random.h"
#include "sync.h"

/* The beginning of a part. The compiler pads a struct exactly as the diagram shows. */
struct part {
  uint8_t version;
  uint32_t items;
  double total;
  uint16_t writer;
};

struct item {
  uint8_t kind;
  uint32_t id;
  double weight;
  uint16_t length8;
  uint32_t text8;
  uint16_t length16;
  uint32_t text16;
  uint64_t stamp;
};

_Static_assert(sizeof(struct part) == 24, "the booleans begin at +24");
_Static_assert(sizeof(struct item) == 40, "an item takes 40 bytes");

struct reader {
  uint64_t digest;
  uint64_t mismatches;
};

#define MAX_THREADS 128

struct shared {
  struct barrier barrier;
  uint32_t unused;
  struct reader readers[MAX_THREADS];
  uint8_t parts[];
};

_Static_assert(sizeof(struct shared) == 2064, "the parts begin at 3088");

#define PARTS_SIZE ((int64_t)(BLOCK_END - BLOCK - sizeof(struct shared)))
#define TEXT_SIZE 28
#define VERSION 1
#define DEFAULT_ITEMS 200

static struct shared *const shared = (struct shared *)BLOCK;

/* Where things are. */

static uint32_t booleans_size(uint32_t count) {
  return ((count + 7) / 8 + 7) & ~7u;
}

static uint32_t texts_size(uint32_t count) {
  return (count * TEXT_SIZE + 7) & ~7u;
}

/* Where the texts in UTF-8 begin, counted from the part's begin. */
static uint32_t text8_of(uint32_t count) {
  return sizeof(struct part) + booleans_size(count) + count * sizeof(struct item);
}

static uint32_t part_size(uint32_t count) {
  return text8_of(count) + 2 * texts_size(count);
}

static struct part *part_of(int32_t thread, uint32_t count) {
  return (struct part *)(shared->parts + (uint32_t)thread * part_size(count));
}

static uint8_t *booleans_of(struct part *part) {
  return (uint8_t *)(part + 1);
}

static struct item *items_of(struct part *part, uint32_t count) {
  return (struct item *)(booleans_of(part) + booleans_size(count));
}

/* What an item contains, as a function of its key. */

static uint64_t key_of(uint64_t seed, int32_t writer, uint32_t i) {
  return digest_of(digest_of(seed, (uint64_t)writer), i);
}

static bool flag_of(uint64_t key) {
  return (random_at(key, 0) & 1) != 0;
}

static uint8_t kind_of(uint64_t key) {
  return (uint8_t)random_at(key, 1);
}

static uint32_t id_of(uint64_t key) {
  return (uint32_t)random_at(key, 2);
}

/* A multiple of 1/8 that a double holds exactly, and so it does the sum of any that fit into a part. */
static double weight_of(uint64_t key) {
  return (double)(int32_t)random_at(key, 3) / 8;
}

static uint64_t stamp_of(uint64_t key) {
  return random_at(key, 4);
}

/* How many code points the text has, from 0 to 7. */
static uint32_t text_length_of(uint64_t key) {
  return (uint32_t)(random_at(key, 5) & 7);
}

/* A code point that takes 1, 2, 3 or 4 bytes in UTF-8. */
static uint32_t code_point_of(uint64_t key, uint32_t index) {
  const uint64_t random = random_at(key, 6 + index);
  const uint64_t rest = random >> 2;
  switch (random & 3) {
    case 0:
      return (uint32_t)(0x20 + rest % 0x5f);
    case 1:
      return (uint32_t)(0xa1 + rest % 0x75f);
    case 2:
      return (uint32_t)(0x800 + rest % 0xd000);
    default:
      return (uint32_t)(0x10000 + rest % 0x100000);
  }
}

/* Writing. */

/* Writes a code point in UTF-8, and returns what is behind it. */
static uint8_t *put_utf8(uint8_t *to, uint32_t code_point) {
  if (code_point < 0x80) {
    *to++ = (uint8_t)code_point;
    return to;
  }
  if (code_point < 0x800) {
    *to++ = (uint8_t)(0xc0 | code_point >> 6);
  } else {
    if (code_point < 0x10000) {
      *to++ = (uint8_t)(0xe0 | code_point >> 12);
    } else {
      *to++ = (uint8_t)(0xf0 | code_point >> 18);
      *to++ = (uint8_t)(0x80 | (code_point >> 12 & 0x3f));
    }
    *to++ = (uint8_t)(0x80 | (code_point >> 6 & 0x3f));
  }
  *to++ = (uint8_t)(0x80 | (code_point & 0x3f));
  return to;
}

/* Writes a code point in UTF-16, and returns what is behind it. */
static uint16_t *put_utf16(uint16_t *to, uint32_t code_point) {
  if (code_point < 0x10000) {
    *to++ = (uint16_t)code_point;
  } else {
    *to++ = (uint16_t)(0xd800 + ((code_point - 0x10000) >> 10));
    *to++ = (uint16_t)(0xdc00 + (code_point & 0x3ff));
  }
  return to;
}

static void write(int32_t thread, uint32_t count, uint64_t seed) {
  struct part *const part = part_of(thread, count);
  uint8_t *const begin = (uint8_t *)part;
  __builtin_memset(booleans_of(part), 0, booleans_size(count));
  uint8_t *text8 = begin + text8_of(count);
  uint16_t *text16 = (uint16_t *)(text8 + texts_size(count));
  double total = 0;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t key = key_of(seed, thread, i);
    if (flag_of(key)) {
      booleans_of(part)[i / 8] |= (uint8_t)(1 << i % 8);
    }
    struct item *const item = &items_of(part, count)[i];
    item->kind = kind_of(key);
    item->id = id_of(key);
    item->weight = weight_of(key);
    item->stamp = stamp_of(key);
    item->text8 = (uint32_t)(text8 - begin);
    item->text16 = (uint32_t)((uint8_t *)text16 - begin);
    for (uint32_t index = 0; index < text_length_of(key); index++) {
      text8 = put_utf8(text8, code_point_of(key, index));
      text16 = put_utf16(text16, code_point_of(key, index));
    }
    item->length8 = (uint16_t)(text8 - begin - item->text8);
    item->length16 = (uint16_t)((uint8_t *)text16 - begin - item->text16);
    total += item->weight;
  }
  part->version = VERSION;
  part->items = count;
  part->total = total;
  part->writer = (uint16_t)thread;
}

/* Reading. */

static bool read_flag(struct part *part, uint32_t i) {
  return (booleans_of(part)[i / 8] >> i % 8 & 1) != 0;
}

/* How many bytes the UTF-8 sequence takes that begins here. */
static uint32_t utf8_size(const uint8_t *at) {
  return *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
}

/* The code point of the UTF-8 sequence that begins here. */
static uint32_t utf8_at(const uint8_t *at) {
  const uint32_t size = utf8_size(at);
  uint32_t code_point = size == 1 ? *at : *at & 0x7fu >> size;
  for (uint32_t i = 1; i < size; i++) {
    code_point = code_point << 6 | (at[i] & 0x3f);
  }
  return code_point;
}

static uint16_t unit_at(const uint8_t *at) {
  uint16_t unit;
  __builtin_memcpy(&unit, at, sizeof unit);
  return unit;
}

/* How many bytes the UTF-16 sequence takes that begins here. */
static uint32_t utf16_size(const uint8_t *at) {
  return (unit_at(at) & 0xfc00) == 0xd800 ? 4 : 2;
}

/* The code point of the UTF-16 sequence that begins here. */
static uint32_t utf16_at(const uint8_t *at) {
  const uint32_t first = unit_at(at);
  return utf16_size(at) == 2 ? first
                             : 0x10000 + ((first & 0x3ff) << 10) + (unit_at(at + 2) & 0x3ffu);
}

static bool is_utf8_of_text(const uint8_t *text, uint32_t length, uint64_t key) {
  const uint8_t *const end = text + length;
  uint32_t index = 0;
  for (; text < end; text += utf8_size(text), index++) {
    if (index == text_length_of(key) || utf8_at(text) != code_point_of(key, index)) {
      return false;
    }
  }
  return text == end && index == text_length_of(key);
}

static bool is_utf16_of_text(const uint8_t *text, uint32_t length, uint64_t key) {
  const uint8_t *const end = text + length;
  uint32_t index = 0;
  for (; text < end; text += utf16_size(text), index++) {
    if (index == text_length_of(key) || utf16_at(text) != code_point_of(key, index)) {
      return false;
    }
  }
  return text == end && index == text_length_of(key);
}

static bool is_as_expected(struct part *part, uint32_t i, uint32_t count, uint64_t key) {
  const struct item *const item = &items_of(part, count)[i];
  const uint8_t *const begin = (const uint8_t *)part;
  return read_flag(part, i) == flag_of(key) && item->kind == kind_of(key) &&
         item->id == id_of(key) && item->weight == weight_of(key) && item->stamp == stamp_of(key) &&
         is_utf8_of_text(begin + item->text8, item->length8, key) &&
         is_utf16_of_text(begin + item->text16, item->length16, key);
}

static uint64_t bits_of(double number) {
  uint64_t bits;
  __builtin_memcpy(&bits, &number, sizeof bits);
  return bits;
}

static uint64_t digest_of_item(uint64_t digest, struct part *part, uint32_t i, uint32_t count) {
  const struct item *const item = &items_of(part, count)[i];
  digest = digest_of(digest, read_flag(part, i));
  digest = digest_of(digest, item->kind);
  digest = digest_of(digest, item->id);
  digest = digest_of(digest, bits_of(item->weight));
  digest = digest_of(digest, item->stamp);
  const uint8_t *const text8 = (const uint8_t *)part + item->text8;
  for (const uint8_t *at = text8; at < text8 + item->length8; at += utf8_size(at)) {
    digest = digest_of(digest, utf8_at(at));
  }
  const uint8_t *const text16 = (const uint8_t *)part + item->text16;
  for (const uint8_t *at = text16; at < text16 + item->length16; at += utf16_size(at)) {
    digest = digest_of(digest, utf16_at(at));
  }
  return digest;
}

static void read(struct reader *reader, int32_t writer, uint32_t count, uint64_t seed) {
  struct part *const part = part_of(writer, count);
  uint64_t digest = reader->digest;
  digest = digest_of(digest, part->version);
  digest = digest_of(digest, part->items);
  digest = digest_of(digest, bits_of(part->total));
  digest = digest_of(digest, part->writer);
  if (part->version != VERSION || part->items != count || part->writer != writer) {
    reader->mismatches++;
  }
  double total = 0;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t key = key_of(seed, writer, i);
    total += weight_of(key);
    if (!is_as_expected(part, i, count, key)) {
      reader->mismatches++;
    }
    digest = digest_of_item(digest, part, i, count);
  }
  if (part->total != total) {
    reader->mismatches++;
  }
  reader->digest = digest;
}

EXPORT("setup") void setup(int32_t threads, int64_t items) {
  const int64_t count = count_or(DEFAULT_ITEMS, items);
  if (threads > MAX_THREADS) {
    fail("there are 128 parts, not more");
  }
  /* In this order: the size of a part that would not fit anyway need not fit into a number. */
  if (count > PARTS_SIZE || threads * (int64_t)part_size((uint32_t)count) > PARTS_SIZE) {
    fail("the parts do not fit below 4 MiB: choose fewer items or threads");
  }
  __builtin_memset(shared->readers, 0, sizeof shared->readers);
  barrier_setup(&shared->barrier, (uint32_t)threads);
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t items, uint64_t seed) {
  const uint32_t count = (uint32_t)count_or(DEFAULT_ITEMS, items);
  write(thread, count, seed);
  barrier_wait(&shared->barrier); /* nobody reads a part before it has been written */
  for (int32_t writer = 0; writer < threads; writer++) {
    read(&shared->readers[thread], writer, count, seed);
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t items) {
  uint64_t mismatches = 0;
  for (int32_t thread = 0; thread < threads; thread++) {
    emit(shared->readers[thread].digest);
    mismatches += shared->readers[thread].mismatches;
  }
  print_number("items", (uint64_t)(threads * count_or(DEFAULT_ITEMS, items)));
  print_number("mismatches", mismatches);
}
