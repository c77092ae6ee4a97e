// Actors: threads that share nothing but mailboxes.
//
// Every thread is an actor. It has a mailbox, takes one message after the other from it, and nobody
// else touches its state: no locks but those inside the mailboxes, which are rings (ring.ts). First
// actors 0 and 1, 2 and 3, … play ping-pong, so many rounds; one without a partner plays with itself.
// Then everybody transfers money to others, chosen at random. Whenever messages are under way some of
// the money is in nobody's account, but in the end the total is what it was.
//
//   even actor ── ping ──▶ partner        an actor ── deposit ──▶ another
//              ◀── pong ──                         ◀─ deposited ──
//
//   and when its last transfer has been received:  ── done ──▶ all others
//
// An actor asks for one thing at a time, and goes on when it has the answer; meanwhile it answers
// others. So a mailbox holds at most one message from each actor, and has room for them: sending never
// waits. If mailboxes could be full, two actors might wait for room in each other's for ever.
//
//   address  1024      3720
//           ┌─────────┬─────────┬────┬───────────┐
//           │ actor 0 │ actor 1 │  … │ actor 127 │ 2696 bytes each
//           └─────────┴─────────┴────┴───────────┘
//
//   actor  +0        +8       +16    +24        +32        +40     +48        +64        +80
//         ┌─────────┬────────┬──────┬──────────┬──────────┬───────┬──────────┬──────────┬─────────┐
//         │ balance │ rounds │ sent │ received │ finished │ nanos │ outgoing │ incoming │ mailbox │
//         └─────────┴────────┴──────┴──────────┴──────────┴───────┴──────────┴──────────┴─────────┘
//           i64 each; all of it is written by this actor only       a message each       ring.ts, of
//                                                                                        2580 bytes
//   balance   money in its account
//   rounds    of ping-pong that it has played, if it begins them, and nanos that they took
//   sent      transfers from its account that have been received, and received, those to it
//   finished  actors of which it knows that they are done, itself included
//
//   message  +0          +4            +8
//           ┌───────────┬─────────────┬────────────┐
//           │ kind: i32 │ sender: i32 │ value: i64 │
//           └───────────┴─────────────┴────────────┘

import { BLOCK, countOr, emit, now, print } from "./host";
import { digestOf, randomAt } from "./random";
import { ringPut, ringRecordSize, ringSetup, ringTake } from "./ring";

const MAX_ACTORS: i32 = 128;
const ACTORS: usize = BLOCK;
const ACTOR_SIZE: usize = 2696;

const BALANCE: usize = 0;
const ROUNDS: usize = 8;
const SENT: usize = 16;
const RECEIVED: usize = 24;
const FINISHED: usize = 32;
const NANOS: usize = 40;
const OUTGOING: usize = 48;
const INCOMING: usize = 64;
const MAILBOX: usize = 80;

const KIND: usize = 0;
const SENDER: usize = 4;
const VALUE: usize = 8;
const MESSAGE_SIZE: u32 = 16;

const PING: u32 = 1;
const PONG: u32 = 2;
const DEPOSIT: u32 = 3;
const DEPOSITED: u32 = 4;
const DONE: u32 = 5;

const DEFAULT_TRANSFERS: i64 = 1000;
const DEFAULT_ROUNDS: i64 = 1000;
const MOST: i64 = 0xffffffff;
const LARGEST_AMOUNT: i64 = 100;

export function setup(threads: i32, transfers: i64, rounds: i64, seed: u64, details: u64): void {
  const count = countOr(DEFAULT_TRANSFERS, transfers);
  if (count > MOST) throw new Error("an actor makes at most 4294967295 transfers");
  countOr(DEFAULT_ROUNDS, rounds); // a wrong argument ends the run here, in one thread
  if (threads > MAX_ACTORS) throw new Error("there are 128 actors, not more");
  memory.fill(ACTORS, 0, <usize>MAX_ACTORS * ACTOR_SIZE);
  for (let i = 0; i < threads; i++) {
    // So much that no account can be overdrawn, whatever comes in late.
    store<i64>(actor(i), count * LARGEST_AMOUNT, BALANCE);
    ringSetup(actor(i) + MAILBOX, (MAX_ACTORS + 1) * ringRecordSize(MESSAGE_SIZE));
  }
}

export function work(thread: i32, threads: i32, transfers: i64, rounds: i64, seed: u64, details: u64): void {
  const transferCount = countOr(DEFAULT_TRANSFERS, transfers);
  const roundCount = countOr(DEFAULT_ROUNDS, rounds);
  const me = actor(thread);
  const start = now();
  if (thread % 2 == 0) send(thread, partnerOf(thread, threads), PING, 0);
  else transferOrEnd(thread, threads, transferCount, seed);

  while (load<i64>(me, FINISHED) < threads) {
    ringTake(me + MAILBOX, me + INCOMING, MESSAGE_SIZE);
    const sender = load<i32>(me + INCOMING, SENDER);
    const value = load<i64>(me + INCOMING, VALUE);
    switch (load<u32>(me + INCOMING, KIND)) {
      case PING:
        send(thread, sender, PONG, value);
        break;
      case PONG:
        increase(me + ROUNDS, 1);
        if (value + 1 < roundCount) {
          send(thread, sender, PING, value + 1);
        } else {
          store<i64>(me, now() - start, NANOS);
          transferOrEnd(thread, threads, transferCount, seed);
        }
        break;
      case DEPOSIT:
        increase(me + BALANCE, value);
        increase(me + RECEIVED, 1);
        send(thread, sender, DEPOSITED, value);
        break;
      case DEPOSITED:
        increase(me + SENT, 1);
        transferOrEnd(thread, threads, transferCount, seed);
        break;
      case DONE:
        increase(me + FINISHED, 1);
        break;
      default:
        throw new Error("a message of no kind that there is");
    }
  }
}

export function finish(threads: i32, transfers: i64, rounds: i64, seed: u64, details: u64): void {
  for (let i = 0; i < threads; i++) emit(load<i64>(actor(i), BALANCE));
  print(`began with ${threads * countOr(DEFAULT_TRANSFERS, transfers) * LARGEST_AMOUNT}\n`);
  print(`total ${total(threads, BALANCE)}\n`);
  print(`rounds ${total(threads, ROUNDS)}\n`);
  print(`sent ${total(threads, SENT)}\n`);
  print(`received ${total(threads, RECEIVED)}\n`);
  if (details == 0) return;
  for (let i = 0; i < threads; i += 2) {
    print(`actor ${i}\n`);
    print(`  ns per round ${load<i64>(actor(i), NANOS) / load<i64>(actor(i), ROUNDS)}\n`);
  }
}

/** Begins the next transfer, or tells the others that there will be none. */
function transferOrEnd(thread: i32, threads: i32, transfers: i64, seed: u64): void {
  const me = actor(thread);
  const number = load<i64>(me, SENT);
  if (number == transfers) {
    for (let i = 0; i < threads; i++) {
      if (i != thread) send(thread, i, DONE, 0);
    }
    increase(me + FINISHED, 1);
    return;
  }
  const random = randomAt(digestOf(seed, thread), number);
  const amount: i64 = 1 + <i64>((random & 0xffffffff) % LARGEST_AMOUNT);
  increase(me + BALANCE, -amount);
  send(thread, <i32>((random >> 32) % threads), DEPOSIT, amount);
}

function send(sender: i32, receiver: i32, kind: u32, value: i64): void {
  const message = actor(sender) + OUTGOING;
  store<u32>(message, kind, KIND);
  store<i32>(message, sender, SENDER);
  store<i64>(message, value, VALUE);
  ringPut(actor(receiver) + MAILBOX, message, MESSAGE_SIZE);
}

function partnerOf(thread: i32, threads: i32): i32 {
  return thread + 1 < threads ? thread + 1 : thread;
}

function actor(thread: i32): usize {
  return ACTORS + <usize>thread * ACTOR_SIZE;
}

function increase(counter: usize, by: i64): void {
  store<i64>(counter, load<i64>(counter) + by);
}

function total(threads: i32, counter: usize): i64 {
  let sum: i64 = 0;
  for (let i = 0; i < threads; i++) sum += load<i64>(actor(i) + counter);
  return sum;
}
