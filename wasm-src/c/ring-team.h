/*
 * Records that prove what a ring buffer does to them: the part that ring-buffer.c and
 * ring-buffer-racy.c have in common.
 *
 * Every other thread, from the first on, is a producer, the rest are consumers; a thread that is
 * alone is both. The bytes of a record follow from its producer and its number, so a consumer knows
 * what they have to be. What the threads count goes into lanes, one per thread, which nobody else
 * writes; finish adds them up.
 *
 *   address  1024             1028     1088                        99392
 *           +----------------+--------+--------+--------+-----+-----+------+
 *           | producing: i32 | unused | lane 0 | lane 1 | ... | 127 | ring |
 *           +----------------+--------+--------+--------+-----+-----+------+
 *             atomic                                                  ring.h
 *
 *   producing  producers that have more to send; the last one closes the ring
 *
 *   lane  +0     +8      +16   +24        +32     +40   +48            +56       a 64-bit number each
 *        +------+-------+-----+----------+-------+-----+--------------+---------+
 *        | sent | bytes | sum | received | bytes | sum | out of order | damaged |
 *        +------+---+---+-----+----+-----+----+--+-----+-----+--------+---------+
 *        | outgoing | incoming     | expected | next         |
 *        +----------+--------------+----------+--------------+
 *         +64        +128           +192       +256, to +768
 *         64 bytes each                        i32 [128]
 *
 *   sum       of the digests of all records, in whatever order
 *   outgoing  the record that is being sent
 *   incoming  the record that has been received
 *   expected  what the record that has been received has to be
 *   next      for each producer, the number after that of its last record that came here
 *
 *   record   +0              +4             +8
 *           +---------------+-------------+---------------+
 *           | producer: i32 | number: i32 | 0 to 56 bytes |
 *           +---------------+-------------+---------------+
 */
#ifndef RING_TEAM_H
#define RING_TEAM_H

#include "random.h"
#include "ring.h"

#define MAX_THREADS 128
#define LONGEST_PAYLOAD 56
#define DEFAULT_RECORDS 10000
#define DEFAULT_CAPACITY 4096

struct record {
  uint32_t producer;
  uint32_t number;
  uint64_t payload[LONGEST_PAYLOAD / 8];
};

struct counters {
  uint64_t records;
  uint64_t bytes;
  uint64_t sum;
};

struct lane {
  struct counters sent;
  struct counters received;
  uint64_t out_of_order;
  uint64_t damaged;
  struct record outgoing;
  struct record incoming;
  struct record expected;
  uint32_t next[MAX_THREADS];
};

struct shared {
  _Atomic uint32_t producing;
  uint32_t unused[15];
  struct lane lanes[MAX_THREADS];
  struct ring ring;
};

_Static_assert(sizeof(struct lane) == 768, "a lane ends at +768");
_Static_assert(__builtin_offsetof(struct shared, ring) == 98368, "the ring is at 99392");

#define LARGEST_CAPACITY (BLOCK_END - BLOCK - (int64_t)sizeof(struct shared))

static struct shared *const shared = (struct shared *)BLOCK;

/* How many records each producer sends. */
static inline int64_t records_of(int64_t argument) {
  return count_or(DEFAULT_RECORDS, argument);
}

static inline int32_t producers_of(int32_t threads) {
  return (threads + 1) / 2;
}

static inline bool is_producer(int32_t thread) {
  return thread % 2 == 0;
}

static inline void setup_team(int32_t threads, int64_t records, int64_t capacity) {
  if (records_of(records) > UINT32_MAX) {
    fail("a producer sends at most 4294967295 records");
  }
  if (threads > MAX_THREADS) {
    fail("there are lanes for 128 threads, not for more");
  }
  capacity = count_or(DEFAULT_CAPACITY, capacity);
  if (capacity < ring_record_size(sizeof(struct record))) {
    fail("the longest record takes 68 bytes of the ring");
  }
  if (capacity > LARGEST_CAPACITY) {
    fail("the ring does not fit below 4 MiB");
  }
  __builtin_memset(shared->lanes, 0, sizeof shared->lanes);
  ring_setup(&shared->ring, ((uint32_t)capacity + 3) & ~3u);
  atomic_store(&shared->producing, (uint32_t)producers_of(threads));
}

/* Whether this producer, which has sent all it had, was the last of all. */
static inline bool was_last_producer(void) {
  return atomic_fetch_sub(&shared->producing, 1) == 1;
}

/* Writes the record that this producer gives this number, and returns its length. */
static inline uint32_t fill(
    struct record *record, uint32_t producer, uint32_t number, uint64_t seed) {
  const uint64_t key = digest_of(digest_of(seed, producer), number);
  const uint32_t payload = (uint32_t)(key % (LONGEST_PAYLOAD + 1));
  record->producer = producer;
  record->number = number;
  for (uint32_t i = 0; i < payload; i += 8) {
    record->payload[i / 8] = random_at(key, i);
  }
  return (uint32_t)__builtin_offsetof(struct record, payload) + payload;
}

/* The digest of the length and the bytes, taken eight at a time. Clears the bytes behind the end. */
static inline uint64_t digest_of_record(struct record *record, uint32_t length) {
  __builtin_memset((uint8_t *)record + length, 0, sizeof *record - length);
  uint64_t digest = digest_of(0, length);
  for (uint32_t i = 0; i < length; i += 8) {
    uint64_t word;
    __builtin_memcpy(&word, (const uint8_t *)record + i, sizeof word);
    digest = digest_of(digest, word);
  }
  return digest;
}

/* Counts a record, its bytes and its digest, which it returns. */
static inline uint64_t count(struct counters *counters, struct record *record, uint32_t length) {
  const uint64_t digest = digest_of_record(record, length);
  counters->records++;
  counters->bytes += length;
  counters->sum += digest;
  return digest;
}

/* Composes the thread's record of this number, counts it as sent, and returns its length. */
static inline uint32_t compose(int32_t thread, uint32_t number, uint64_t seed) {
  struct lane *const lane = &shared->lanes[thread];
  const uint32_t length = fill(&lane->outgoing, (uint32_t)thread, number, seed);
  count(&lane->sent, &lane->outgoing, length);
  return length;
}

/* Counts and checks the record of this length that has come in. */
static inline void check(struct lane *lane, uint32_t length, uint64_t seed) {
  const uint32_t producer = lane->incoming.producer;
  const uint32_t number = lane->incoming.number;
  const uint64_t digest = count(&lane->received, &lane->incoming, length);
  const uint32_t expected_length = fill(&lane->expected, producer, number, seed);
  if (producer >= MAX_THREADS || digest != digest_of_record(&lane->expected, expected_length)) {
    lane->damaged++;
    return;
  }
  if (number < lane->next[producer]) {
    lane->out_of_order++;
  }
  lane->next[producer] = number + 1;
}

/* Receives until the ring has been closed and is empty. */
static inline void consume(int32_t thread, uint64_t seed) {
  struct lane *const lane = &shared->lanes[thread];
  for (;;) {
    const int32_t length = ring_take(&shared->ring, &lane->incoming, sizeof lane->incoming);
    if (length < 0) {
      return;
    }
    check(lane, (uint32_t)length, seed);
  }
}

/* Receives until the ring is empty. */
static inline void receive_all(struct lane *lane, uint64_t seed) {
  for (;;) {
    const int32_t length = ring_try_take(&shared->ring, &lane->incoming, sizeof lane->incoming);
    if (length < 0) {
      return;
    }
    check(lane, (uint32_t)length, seed);
  }
}

/* All the work, of a thread that is alone: it must never wait, because nobody would end that. */
static inline void send_and_receive(int32_t thread, int64_t records, uint64_t seed) {
  struct lane *const lane = &shared->lanes[thread];
  for (int64_t number = 0; number < records; number++) {
    const uint32_t length = compose(thread, (uint32_t)number, seed);
    while (!ring_try_put(&shared->ring, &lane->outgoing, length)) {
      receive_all(lane, seed);
    }
  }
  ring_close(&shared->ring);
  receive_all(lane, seed);
}

static inline void finish_team(int32_t threads) {
  struct lane total = {0};
  for (int32_t thread = 0; thread < threads; thread++) {
    const struct lane *const lane = &shared->lanes[thread];
    total.sent.records += lane->sent.records;
    total.sent.bytes += lane->sent.bytes;
    total.sent.sum += lane->sent.sum;
    total.received.records += lane->received.records;
    total.received.bytes += lane->received.bytes;
    total.received.sum += lane->received.sum;
    total.out_of_order += lane->out_of_order;
    total.damaged += lane->damaged;
  }
  print_number("producers", (uint64_t)producers_of(threads));
  print_number("sent", total.sent.records);
  print_number("sent bytes", total.sent.bytes);
  print_number("sent sum", total.sent.sum);
  print_number("received", total.received.records);
  print_number("received bytes", total.received.bytes);
  print_number("received sum", total.received.sum);
  print_number("out of order", total.out_of_order);
  print_number("damaged", total.damaged);
}

#endif
