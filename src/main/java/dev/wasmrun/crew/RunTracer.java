package dev.wasmrun.crew;

import dev.wasmrun.memory.AtomicCounts;
import dev.wasmrun.memory.SignalListener;
import java.util.Optional;

/**
 * A listener to the moments of a run that tell what its threads do: when they start, begin, wait,
 * notify, grow the memory, hand over results and end. Unlike a {@link RunObserver} it sees no
 * access to the memory, so that those go at full speed.
 *
 * <p>Each method is called on the thread that does the thing, on several at a time, with no lock
 * held; a thread does one thing at a time, so what begins on it ends before another begins.
 */
public interface RunTracer extends SignalListener {

  /** The current thread is about to start this one. */
  void onSpawn(Thread started);

  /** The current thread, a member of the crew, begins, before any guest code of its own. */
  void onBegin();

  /**
   * The current thread, a member of the crew, runs no guest code any more.
   *
   * @param failure what its body threw; null if it returned
   */
  void onEnd(Throwable failure);

  /** The current thread begins to wait for this one to end. */
  void onJoin(Thread awaited);

  /** The current thread waits no more for the one that it waited for. */
  void onJoined();

  /** The guest on the current thread hands over a result: an unsigned 64-bit integer. */
  void onEmit(long value);

  /** Where it wants the atomic instructions of the run's guests counted, if it does. */
  default Optional<AtomicCounts> atomicCounts() {
    return Optional.empty();
  }
}
