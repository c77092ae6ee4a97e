package dev.wasmrun.programs;

import static dev.wasmrun.programs.ActorsLayout.BALANCE;
import static dev.wasmrun.programs.ActorsLayout.FINISHED;
import static dev.wasmrun.programs.ActorsLayout.INCOMING;
import static dev.wasmrun.programs.ActorsLayout.KIND;
import static dev.wasmrun.programs.ActorsLayout.MAILBOX;
import static dev.wasmrun.programs.ActorsLayout.MESSAGE_SIZE;
import static dev.wasmrun.programs.ActorsLayout.NANOS;
import static dev.wasmrun.programs.ActorsLayout.OUTGOING;
import static dev.wasmrun.programs.ActorsLayout.RECEIVED;
import static dev.wasmrun.programs.ActorsLayout.ROUNDS;
import static dev.wasmrun.programs.ActorsLayout.SENDER;
import static dev.wasmrun.programs.ActorsLayout.SENT;
import static dev.wasmrun.programs.ActorsLayout.VALUE;

import dev.wasmrun.memory.LinearMemory;

/**
 * One actor: it takes messages from its mailbox, one after the other, and nobody else touches its
 * state.
 *
 * <p>An actor asks for one thing at a time, and goes on when it has the answer; meanwhile it
 * answers others. So a mailbox holds at most one message from each actor, and has room for them:
 * sending never waits. If mailboxes could be full, two actors might wait for room in each other's
 * for ever.
 */
final class Actor {
  /** The most money that one transfer moves. */
  static final long LARGEST_AMOUNT = 100;

  private static final int PING = 1;
  private static final int PONG = 2;
  private static final int DEPOSIT = 3;
  private static final int DEPOSITED = 4;
  private static final int DONE = 5;

  private final LinearMemory memory;
  private final int thread;
  private final int threads;
  private final int me;
  private final long transfers;
  private final long rounds;
  private final long seed;

  Actor(LinearMemory memory, int thread, int threads, long transfers, long rounds, long seed) {
    this.memory = memory;
    this.thread = thread;
    this.threads = threads;
    this.me = ActorsLayout.actor(thread);
    this.transfers = transfers;
    this.rounds = rounds;
    this.seed = seed;
  }

  /** Plays ping-pong and transfers money, until all actors are done. */
  void run() throws InterruptedException {
    long start = System.nanoTime();
    SharedRing mailbox = new SharedRing(memory, me + MAILBOX);
    if (thread % 2 == 0) {
      send(thread + 1 < threads ? thread + 1 : thread, PING, 0);
    } else {
      transferOrEnd();
    }
    while (memory.getLong(me + FINISHED) < threads) {
      if (Thread.interrupted()) {
        throw new InterruptedException("actors: interrupted between two messages");
      }
      mailbox.take(me + INCOMING, MESSAGE_SIZE);
      receive(start);
    }
  }

  private void receive(long start) throws InterruptedException {
    int sender = memory.getInt(me + INCOMING + SENDER);
    long value = memory.getLong(me + INCOMING + VALUE);
    int kind = memory.getInt(me + INCOMING + KIND);
    switch (kind) {
      case PING -> send(sender, PONG, value);
      case PONG -> {
        increase(me + ROUNDS, 1);
        if (value + 1 < rounds) {
          send(sender, PING, value + 1);
        } else {
          memory.setLong(me + NANOS, System.nanoTime() - start);
          transferOrEnd();
        }
      }
      case DEPOSIT -> {
        increase(me + BALANCE, value);
        increase(me + RECEIVED, 1);
        send(sender, DEPOSITED, value);
      }
      case DEPOSITED -> {
        increase(me + SENT, 1);
        transferOrEnd();
      }
      case DONE -> increase(me + FINISHED, 1);
      default -> throw new IllegalStateException("a message of no kind that there is: " + kind);
    }
  }

  /** Begins the next transfer, or tells the others that there will be none. */
  private void transferOrEnd() throws InterruptedException {
    long number = memory.getLong(me + SENT);
    if (number == transfers) {
      for (int other = 0; other < threads; other++) {
        if (other != thread) {
          send(other, DONE, 0);
        }
      }
      increase(me + FINISHED, 1);
      return;
    }
    long random = Mix64.randomAt(Mix64.digestOf(seed, thread), number);
    long amount = 1 + (random & 0xffff_ffffL) % LARGEST_AMOUNT;
    increase(me + BALANCE, -amount);
    send((int) ((random >>> 32) % threads), DEPOSIT, amount);
  }

  private void send(int receiver, int kind, long value) throws InterruptedException {
    int message = me + OUTGOING;
    memory.setInt(message + KIND, kind);
    memory.setInt(message + SENDER, thread);
    memory.setLong(message + VALUE, value);
    new SharedRing(memory, ActorsLayout.actor(receiver) + MAILBOX).put(message, MESSAGE_SIZE);
  }

  private void increase(int counter, long by) {
    memory.setLong(counter, memory.getLong(counter) + by);
  }
}
