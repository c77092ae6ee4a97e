package dev.wasmrun.programs;

import static dev.wasmrun.programs.ActorsLayout.ACTORS;
import static dev.wasmrun.programs.ActorsLayout.ACTORS_SIZE;
import static dev.wasmrun.programs.ActorsLayout.BALANCE;
import static dev.wasmrun.programs.ActorsLayout.MAILBOX;
import static dev.wasmrun.programs.ActorsLayout.MAILBOX_CAPACITY;
import static dev.wasmrun.programs.ActorsLayout.MAX_ACTORS;
import static dev.wasmrun.programs.ActorsLayout.NANOS;
import static dev.wasmrun.programs.ActorsLayout.RECEIVED;
import static dev.wasmrun.programs.ActorsLayout.ROUNDS;
import static dev.wasmrun.programs.ActorsLayout.SENT;
import static dev.wasmrun.programs.ActorsLayout.actor;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Threads as actors, which share nothing but mailboxes. First the actors 0 and 1, 2 and 3, … play
 * ping-pong; one without a partner plays with itself. Then everybody transfers money to others,
 * chosen at random. Whenever messages are under way some of the money is in nobody's account, but
 * in the end the total is what it was.
 */
final class Actors implements Program {
  private static final long MOST_TRANSFERS = 0xffff_ffffL;

  private static final Parameter TRANSFERS =
      new Parameter("transfers", 1000, "how often each actor gives money to another");
  private static final Parameter ROUNDS_OF_PING_PONG =
      new Parameter("rounds", 1000, "how many rounds of ping-pong each pair plays");
  private static final Parameter SEED =
      new Parameter("seed", 0, "determines who gives how much to whom");
  private static final Parameter DETAILS =
      new Parameter("details", 0, "1 to print how long a round of ping-pong took");

  @Override
  public String name() {
    return "actors";
  }

  @Override
  public String summary() {
    return "plays ping-pong and transfers money by messages, and keeps the total";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(TRANSFERS, ROUNDS_OF_PING_PONG, SEED, DETAILS);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {100, 50, 42, 0};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {100_000, 100_000, 0, 0};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    long transfers = TRANSFERS.countOf(args[0]);
    ROUNDS_OF_PING_PONG.countOf(args[1]); // A wrong argument ends the run here, in one thread.
    if (transfers > MOST_TRANSFERS) {
      throw new IllegalArgumentException(
          "an actor makes at most %s transfers, not %s".formatted(MOST_TRANSFERS, transfers));
    }
    if (threads > MAX_ACTORS) {
      throw new IllegalArgumentException(
          "there are %s actors, not %s".formatted(MAX_ACTORS, threads));
    }
    memory.fill(ACTORS, (byte) 0, ACTORS_SIZE);
    for (int thread = 0; thread < threads; thread++) {
      // So much that no account can be overdrawn, whatever comes in late.
      memory.setLong(actor(thread) + BALANCE, transfers * Actor.LARGEST_AMOUNT);
      new SharedRing(memory, actor(thread) + MAILBOX).setup(MAILBOX_CAPACITY);
    }
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    long transfers = TRANSFERS.countOf(args[0]);
    long rounds = ROUNDS_OF_PING_PONG.countOf(args[1]);
    new Actor(memory, thread, threads, transfers, rounds, SEED.valueOf(args[2])).run();
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    for (int thread = 0; thread < threads; thread++) {
      results.emit(memory.getLong(actor(thread) + BALANCE));
    }
    long began = threads * TRANSFERS.countOf(args[0]) * Actor.LARGEST_AMOUNT;
    results.print("began with " + began + "\n");
    results.print("total " + total(memory, threads, BALANCE) + "\n");
    results.print("rounds " + total(memory, threads, ROUNDS) + "\n");
    results.print("sent " + total(memory, threads, SENT) + "\n");
    results.print("received " + total(memory, threads, RECEIVED) + "\n");
    if (DETAILS.valueOf(args[3]) != 0) {
      for (int thread = 0; thread < threads; thread += 2) {
        long nanos = memory.getLong(actor(thread) + NANOS) / memory.getLong(actor(thread) + ROUNDS);
        results.print("actor " + thread + "\n  ns per round " + nanos + "\n");
      }
    }
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long done = total(memory, threads, ROUNDS) + total(memory, threads, SENT);
    long pairs = (threads + 1) / 2; // one actor without a partner plays with itself
    long rounds = pairs * ROUNDS_OF_PING_PONG.countOf(args[1]);
    long total = rounds + threads * TRANSFERS.countOf(args[0]);
    return Optional.of(new WorkDone(done, total, "messages"));
  }

  private static long total(LinearMemory memory, int threads, int counter) {
    long sum = 0;
    for (int thread = 0; thread < threads; thread++) {
      sum += memory.getLongVolatile(actor(thread) + counter);
    }
    return sum;
  }
}
