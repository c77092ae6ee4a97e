/*
 * A bounded queue of records of any length, for any number of threads on both sides.
 *
 * The bytes form a ring: what does not fit before its end goes on at its beginning. Whoever finds no
 * room waits until a record has been taken, whoever finds no record until one has been put. A ring
 * that is closed takes no more records, but gives out those that it has.
 *
 *   address  +0      +4          +8         +12          +16            +20        +24        +32
 *           +-------+-----------+----------+------------+--------------+----------+----------+------+
 *           | mutex | not empty | not full | closed:i32 | capacity:i32 | head:i32 | used:i32 | data |
 *           +-------+-----------+----------+------------+--------------+----------+----------+------+
 *             sync.h: a mutex, two          all guarded by the mutex                   (+28 unused)
 *             conditions
 *
 *   capacity  bytes of data, a multiple of 4
 *   head      where in data the oldest record begins
 *   used      how many bytes of data are records, from head on
 *
 *   record   +0            +4
 *           +-------------+-----------+-------------------+
 *           | length: i32 | bytes ... | up to 3 of unused |   a length never wraps around, bytes may
 *           +-------------+-----------+-------------------+
 */
#ifndef RING_H
#define RING_H

#include "sync.h"

struct ring {
  struct mutex mutex;
  struct condition not_empty;
  struct condition not_full;
  uint32_t closed;
  uint32_t capacity;
  uint32_t head;
  uint32_t used;
  uint32_t unused;
  uint8_t data[];
};

_Static_assert(sizeof(struct ring) == 32, "data begins at +32");

enum {
  RING_LENGTH_SIZE = 4,
  RING_ENDED = -1, /* in place of a length: there is nothing, and nothing will come */
  RING_EMPTY = -2  /* in place of a length, of a try: there is nothing now */
};

/* How many bytes a ring of this capacity takes. */
static inline uint32_t ring_size(uint32_t capacity) {
  return sizeof(struct ring) + capacity;
}

/* How much of the capacity a record takes. */
static inline uint32_t ring_record_size(uint32_t length) {
  return RING_LENGTH_SIZE + ((length + 3) & ~3u);
}

/* Begins empty; to be called before any thread comes. */
static inline void ring_setup(struct ring *ring, uint32_t capacity) {
  mutex_setup(&ring->mutex);
  condition_setup(&ring->not_empty);
  condition_setup(&ring->not_full);
  ring->closed = 0;
  ring->capacity = capacity;
  ring->head = 0;
  ring->used = 0;
}

/* A place in data, for a place that may be behind its end. */
static inline uint32_t ring_wrapped(const struct ring *ring, uint32_t place) {
  return place < ring->capacity ? place : place - ring->capacity;
}

static inline bool ring_has_room(const struct ring *ring, uint32_t length) {
  return ring_record_size(length) <= ring->capacity - ring->used;
}

/* The steps of putting, for those who want them one by one. */

/* Locks the ring and waits for room; if the ring is closed, returns false and it is not locked. */
static inline bool ring_lock_with_room(struct ring *ring, uint32_t length) {
  mutex_lock(&ring->mutex);
  while (!ring->closed) {
    if (ring_has_room(ring, length)) {
      return true;
    }
    condition_wait(&ring->not_full, &ring->mutex);
  }
  mutex_unlock(&ring->mutex);
  return false;
}

/* Where in data the next record will begin. */
static inline uint32_t ring_tail(const struct ring *ring) {
  return ring_wrapped(ring, ring->head + ring->used);
}

/* Writes the bytes of the record that begins at tail. */
static inline void ring_write(struct ring *ring, uint32_t tail, const void *from, uint32_t length) {
  const uint32_t begin = ring_wrapped(ring, tail + RING_LENGTH_SIZE);
  const uint32_t behind = ring->capacity - begin;
  const uint32_t first = length < behind ? length : behind;
  __builtin_memcpy(ring->data + begin, from, first);
  __builtin_memcpy(ring->data, (const uint8_t *)from + first, length - first);
}

/* Makes the record that begins at tail one of those that can be taken. */
static inline void ring_publish(struct ring *ring, uint32_t tail, uint32_t length) {
  __builtin_memcpy(ring->data + tail, &length, sizeof length);
  ring->used += ring_record_size(length);
}

static inline void ring_unlock(struct ring *ring) { mutex_unlock(&ring->mutex); }

/* Wakes one who waits for a record; to be called once it is published. */
static inline void ring_signal(struct ring *ring) { condition_signal(&ring->not_empty); }

/* Puts a record in, as soon as there is room; returns false if the ring is closed. */
static inline bool ring_put(struct ring *ring, const void *from, uint32_t length) {
  if (!ring_lock_with_room(ring, length)) {
    return false;
  }
  const uint32_t tail = ring_tail(ring);
  ring_write(ring, tail, from, length);
  ring_publish(ring, tail, length);
  ring_unlock(ring);
  ring_signal(ring);
  return true;
}

/* Puts a record in if there is room, and says whether it did; never waits for room. */
static inline bool ring_try_put(struct ring *ring, const void *from, uint32_t length) {
  mutex_lock(&ring->mutex);
  if (ring->closed || !ring_has_room(ring, length)) {
    mutex_unlock(&ring->mutex);
    return false;
  }
  const uint32_t tail = ring_tail(ring);
  ring_write(ring, tail, from, length);
  ring_publish(ring, tail, length);
  ring_unlock(ring);
  ring_signal(ring);
  return true;
}

static inline void ring_read(
    const struct ring *ring, uint32_t head, void *into, uint32_t length) {
  const uint32_t begin = ring_wrapped(ring, head + RING_LENGTH_SIZE);
  const uint32_t behind = ring->capacity - begin;
  const uint32_t first = length < behind ? length : behind;
  __builtin_memcpy(into, ring->data + begin, first);
  __builtin_memcpy((uint8_t *)into + first, ring->data, length - first);
}

static inline int32_t ring_take_and_unlock(struct ring *ring, void *into, uint32_t limit) {
  if (ring->used == 0) {
    const bool closed = ring->closed;
    mutex_unlock(&ring->mutex);
    return closed ? RING_ENDED : RING_EMPTY;
  }
  uint32_t length;
  __builtin_memcpy(&length, ring->data + ring->head, sizeof length);
  const uint32_t size = ring_record_size(length);
  /* Better to end here than to write over other memory, should a thread have written where it must
     not. */
  if (length > limit || size > ring->used) {
    fail("the ring is damaged");
  }
  ring_read(ring, ring->head, into, length);
  ring->head = ring_wrapped(ring, ring->head + size);
  ring->used -= size;
  mutex_unlock(&ring->mutex);
  /* One is enough, although its record may be too long for the room there is and another's would
     not be: as long as there are records, somebody takes the next one, and an empty ring has room
     for all. */
  condition_signal(&ring->not_full);
  return (int32_t)length;
}

/* Takes the oldest record, of at most limit bytes, as soon as there is one; returns its length, or
   RING_ENDED. */
static inline int32_t ring_take(struct ring *ring, void *into, uint32_t limit) {
  mutex_lock(&ring->mutex);
  while (ring->used == 0 && !ring->closed) {
    condition_wait(&ring->not_empty, &ring->mutex);
  }
  return ring_take_and_unlock(ring, into, limit);
}

/* Takes the oldest record if there is one; returns its length, RING_EMPTY or RING_ENDED. */
static inline int32_t ring_try_take(struct ring *ring, void *into, uint32_t limit) {
  mutex_lock(&ring->mutex);
  return ring_take_and_unlock(ring, into, limit);
}

/* From now on nothing can be put in; whoever waits learns of it. */
static inline void ring_close(struct ring *ring) {
  mutex_lock(&ring->mutex);
  ring->closed = 1;
  mutex_unlock(&ring->mutex);
  condition_broadcast(&ring->not_empty);
  condition_broadcast(&ring->not_full);
}

#endif
