package dev.wasmrun.crew;

import dev.wasmrun.memory.MemoryObserver;
import java.time.Duration;

/**
 * A listener to all that orders the threads of one run: their lives, and every access to the linear
 * memory they have in common.
 *
 * <p>Each method is called on the thread that does the thing, on several at a time. None is called
 * while a lock of the crew is held, so they may block.
 */
public interface RunObserver extends MemoryObserver {

  /** The current thread is about to start this one, which runs no guest code yet. */
  default void onSpawn(Thread started) {}

  /**
   * The current thread has started this one, of which {@link #onSpawn} told; it may wait here for
   * what that does, for a limited time.
   */
  default void onStarted(Thread started) {}

  /** The current thread, a member of the crew, begins, before any guest code of its own. */
  default void onBegin() {}

  /** The current thread, a member of the crew, has failed, which is about to end the run. */
  default void onFailure(Throwable failure) {}

  /** The current thread, a member of the crew, runs no guest code any more. */
  default void onEnd() {}

  /** The current thread begins to wait for this one to end. */
  default void onJoin(Thread awaited) {}

  /** The current thread has seen that this one has ended, or was interrupted while it waited. */
  default void onJoined(Thread awaited) {}

  /**
   * The current thread, which has ended, leaves its stack in the memory behind.
   *
   * @param from the lowest address
   * @param end behind the highest
   */
  default void onStackGone(int from, int end) {}

  /**
   * The host makes what the current thread has done so far come before what others do once they
   * acquire this object.
   */
  default void onRelease(Object object) {}

  /**
   * The current thread begins to free, by the guest's own library, what belonged to a thread that
   * has ended, and has released this object.
   */
  default void onCleanUp(Object of) {
    onAcquire(of);
  }

  /** The current thread has freed that. */
  default void onCleanedUp() {}

  /** The current thread comes after all who have released this object. */
  default void onAcquire(Object object) {}

  /**
   * For how long those that are left when a member exits may go on, because what they do is of
   * interest; no time at all unless the observer says otherwise.
   */
  default Duration patienceAtExit() {
    return Duration.ZERO;
  }
}
