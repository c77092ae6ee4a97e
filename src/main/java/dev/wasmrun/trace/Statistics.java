package dev.wasmrun.trace;

import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.memory.AtomicCounts;
import dev.wasmrun.memory.WaitEnding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Figures for each guest thread of a run. */
public final class Statistics implements RunTracer {
  private final AtomicCounts counts = new AtomicCounts();

  /** Of the members that have begun, in that order; guarded by its monitor. */
  private final List<Tally> tallies = new ArrayList<>();

  /** Null on threads that are no members, whose waits and notifies nobody asks for. */
  private final ThreadLocal<Tally> current = new ThreadLocal<>();

  /** The figures of every thread that has begun, in that order; until now for those that live. */
  public List<ThreadStatistics> threads() {
    List<Tally> all;
    synchronized (tallies) {
      all = List.copyOf(tallies);
    }
    long now = System.nanoTime();
    long first = all.stream().mapToLong(Tally::began).min().orElse(now);
    long last = all.stream().mapToLong(tally -> tally.ended(now)).max().orElse(now);
    return all.stream().map(tally -> tally.statistics(last - first, last)).toList();
  }

  @Override
  public boolean listening() {
    return true;
  }

  @Override
  public Optional<AtomicCounts> atomicCounts() {
    return Optional.of(counts);
  }

  @Override
  public void onSpawn(Thread started) {}

  @Override
  public void onBegin() {
    var tally = new Tally(counts.ofCurrentThread());
    current.set(tally);
    synchronized (tallies) {
      tallies.add(tally);
    }
  }

  @Override
  public void onEnd(Throwable failure) {
    ofCurrentThread(Tally::end);
  }

  @Override
  public void onJoin(Thread awaited) {
    ofCurrentThread(Tally::blocks);
  }

  @Override
  public void onJoined() {
    ofCurrentThread(Tally::joined);
  }

  @Override
  public void onEmit(long value) {}

  @Override
  public void onWait(int address, int width, long expected, long timeoutNanos) {
    ofCurrentThread(Tally::blocks);
  }

  @Override
  public void onWaitEnded(WaitEnding ending, Thread waker, long wokenNanos) {
    ofCurrentThread(Tally::waited);
  }

  @Override
  public void onNotify(int address, int count, int woken, long wokenNanos) {
    ofCurrentThread(tally -> tally.notified(woken));
  }

  @Override
  public void onGrow(int before, int after) {}

  private void ofCurrentThread(Consumer<Tally> entry) {
    Optional.ofNullable(current.get()).ifPresent(entry);
  }
}
