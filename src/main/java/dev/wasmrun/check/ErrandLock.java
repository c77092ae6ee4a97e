package dev.wasmrun.check;

import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The mutex of the calls that threads queue for each other. A thread takes it every now and then,
 * while it sleeps or waits, to see whether there are any for it. That it comes after those who
 * queue calls is an order; that it comes after others who have looked is none.
 *
 * <p>Thread-safe.
 */
final class ErrandLock {
  private final RaceDetector detector;

  /** The words of such mutexes: one, as a rule. */
  private final Set<Integer> words = ConcurrentHashMap.newKeySet();

  /** What those have released to who have looked. */
  private record Lookers(int word) {}

  ErrandLock(RaceDetector detector) {
    this.detector = detector;
  }

  /** The thread takes or gives back the mutex to see whether there are calls for it. */
  void looks(ThreadClock clock, int word, int width, long place) {
    words.add(word);
    detector.atomicLoad(clock, word, width, place);
    detector.release(clock, new Lookers(word), place);
  }

  /** The thread takes a mutex for anything else; who queues a call comes after all. */
  void takes(ThreadClock clock, int word, long place) {
    if (words.contains(word)) {
      detector.acquire(clock, new Lookers(word), place);
    }
  }
}
