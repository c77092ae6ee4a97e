/*
 * Actors: threads that share nothing but mailboxes.
 *
 * Every thread is an actor. It has a mailbox, takes one message after the other from it, and nobody
 * else touches its state: no locks but those inside the mailboxes, which are rings (ring.h). First
 * actors 0 and 1, 2 and 3, ... play ping-pong, so many rounds; one without a partner plays with
 * itself. Then everybody transfers money to others, chosen at random. Whenever messages are under way
 * some of the money is in nobody's account, but in the end the total is what it was.
 *
 *   even actor -- ping --> partner        an actor -- deposit --> another
 *              <-- pong --                         <- deposited -
 *
 *   and when its last transfer has been received:  -- done --> all others
 *
 * An actor asks for one thing at a time, and goes on when it has the answer; meanwhile it answers
 * others. So a mailbox holds at most one message from each actor, and has room for them: sending
 * never waits. If mailboxes could be full, two actors might wait for room in each other's for ever.
 *
 *   address  1024      3720
 *           +---------+---------+-----+-----------+
 *           | actor 0 | actor 1 | ... | actor 127 | 2696 bytes each
 *           +---------+---------+-----+-----------+
 *
 *   actor  +0        +8       +16    +24        +32        +40     +48        +64        +80
 *         +---------+--------+------+----------+----------+-------+----------+----------+---------+
 *         | balance | rounds | sent | received | finished | nanos | outgoing | incoming | mailbox |
 *         +---------+--------+------+----------+----------+-------+----------+----------+---------+
 *           i64 each; all of it is written by this actor only       a message each       ring.h, of
 *                                                                                        2580 bytes
 *   balance   money in its account
 *   rounds    of ping-pong that it has played, if it begins them, and nanos that they took
 *   sent      transfers from its account that have been received, and received, those to it
 *   finished  actors of which it knows that they are done, itself included
 *
 *   message  +0          +4            +8
 *           +-----------+-------------+------------+
 *           | kind: i32 | sender: i32 | value: i64 |
 *           +-----------+-------------+------------+
 */
#include "random.h"
#include "ring.h"

#define MAX_ACTORS 128
#define MAILBOX_CAPACITY 2580
#define LARGEST_AMOUNT 100

struct message {
  enum kind { PING = 1, PONG, DEPOSIT, DEPOSITED, DONE } kind;
  int32_t sender;
  int64_t value;
};

struct actor {
  int64_t balance;
  int64_t rounds;
  int64_t sent;
  int64_t received;
  int64_t finished;
  int64_t nanos;
  struct message outgoing;
  struct message incoming;
  union {
    struct ring mailbox;
    uint8_t mailbox_size[sizeof(struct ring) + MAILBOX_CAPACITY];
  };
};

_Static_assert(sizeof(struct message) == 16, "a message ends at +16");
_Static_assert(sizeof(struct actor) == 2696, "an actor ends at +2696");

#define DEFAULT_TRANSFERS 1000
#define DEFAULT_ROUNDS 1000

static struct actor *const actors = (struct actor *)BLOCK;

static void send(int32_t sender, int32_t receiver, enum kind kind, int64_t value) {
  struct message *const message = &actors[sender].outgoing;
  *message = (struct message){kind, sender, value};
  ring_put(&actors[receiver].mailbox, message, sizeof *message);
}

/* Begins the next transfer, or tells the others that there will be none. */
static void transfer_or_end(int32_t thread, int32_t threads, int64_t transfers, uint64_t seed) {
  struct actor *const me = &actors[thread];
  if (me->sent == transfers) {
    for (int32_t i = 0; i < threads; i++) {
      if (i != thread) {
        send(thread, i, DONE, 0);
      }
    }
    me->finished++;
    return;
  }
  const uint64_t random = random_at(digest_of(seed, (uint64_t)thread), (uint64_t)me->sent);
  const int64_t amount = 1 + (int64_t)((random & 0xffffffffu) % LARGEST_AMOUNT);
  me->balance -= amount;
  send(thread, (int32_t)((random >> 32) % (uint32_t)threads), DEPOSIT, amount);
}

EXPORT("setup")
void setup(int32_t threads, int64_t transfers, int64_t rounds) {
  const int64_t count = count_or(DEFAULT_TRANSFERS, transfers);
  if (count > UINT32_MAX) {
    fail("an actor makes at most 4294967295 transfers");
  }
  count_or(DEFAULT_ROUNDS, rounds); /* a wrong argument ends the run here, in one thread */
  if (threads > MAX_ACTORS) {
    fail("there are 128 actors, not more");
  }
  __builtin_memset(actors, 0, MAX_ACTORS * sizeof *actors);
  for (int32_t i = 0; i < threads; i++) {
    /* So much that no account can be overdrawn, whatever comes in late. */
    actors[i].balance = count * LARGEST_AMOUNT;
    ring_setup(&actors[i].mailbox, MAILBOX_CAPACITY);
  }
}

EXPORT("work")
void work(int32_t thread, int32_t threads, int64_t transfers, int64_t rounds, uint64_t seed) {
  const int64_t transfer_count = count_or(DEFAULT_TRANSFERS, transfers);
  const int64_t round_count = count_or(DEFAULT_ROUNDS, rounds);
  struct actor *const me = &actors[thread];
  const int64_t start = now();
  if (thread % 2 == 0) {
    send(thread, thread + 1 < threads ? thread + 1 : thread, PING, 0);
  } else {
    transfer_or_end(thread, threads, transfer_count, seed);
  }

  while (me->finished < threads) {
    ring_take(&me->mailbox, &me->incoming, sizeof me->incoming);
    const struct message message = me->incoming;
    switch (message.kind) {
      case PING:
        send(thread, message.sender, PONG, message.value);
        break;
      case PONG:
        me->rounds++;
        if (message.value + 1 < round_count) {
          send(thread, message.sender, PING, message.value + 1);
        } else {
          me->nanos = now() - start;
          transfer_or_end(thread, threads, transfer_count, seed);
        }
        break;
      case DEPOSIT:
        me->balance += message.value;
        me->received++;
        send(thread, message.sender, DEPOSITED, message.value);
        break;
      case DEPOSITED:
        me->sent++;
        transfer_or_end(thread, threads, transfer_count, seed);
        break;
      case DONE:
        me->finished++;
        break;
      default:
        fail("a message of no kind that there is");
    }
  }
}

EXPORT("finish")
void finish(int32_t threads, int64_t transfers, int64_t rounds, uint64_t seed, uint64_t details) {
  (void)rounds, (void)seed;
  struct actor total = {0};
  for (int32_t i = 0; i < threads; i++) {
    emit((uint64_t)actors[i].balance);
    total.balance += actors[i].balance;
    total.rounds += actors[i].rounds;
    total.sent += actors[i].sent;
    total.received += actors[i].received;
  }
  const int64_t began = threads * count_or(DEFAULT_TRANSFERS, transfers) * LARGEST_AMOUNT;
  print_number("began with", (uint64_t)began);
  print_number("total", (uint64_t)total.balance);
  print_number("rounds", (uint64_t)total.rounds);
  print_number("sent", (uint64_t)total.sent);
  print_number("received", (uint64_t)total.received);
  for (int32_t i = 0; details != 0 && i < threads; i += 2) {
    print_number("actor", (uint64_t)i);
    print_number("  ns per round", (uint64_t)(actors[i].nanos / actors[i].rounds));
  }
}
