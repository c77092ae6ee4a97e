package dev.wasmrun.memory;

/** A linear memory whose views count the atomic instructions of their instances. */
final class CountedMemory extends LinearMemory {
  private final AtomicCounts counts;

  CountedMemory(MemoryType type, Reservation reservation, Signals signals, AtomicCounts counts) {
    super(type, reservation, signals);
    this.counts = counts;
  }

  @Override
  MemoryView view(ActiveData activeData, Object code, Runnable afterWait) {
    return new CountingView(this, activeData, code, afterWait, counts.over(this));
  }
}
