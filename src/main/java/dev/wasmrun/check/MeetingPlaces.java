package dev.wasmrun.check;

import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.memory.LibraryFunction;

/**
 * What threads meet at by functions of their library: mutexes, condition variables, barriers,
 * semaphores. To create or to destroy one is a write to it, to use it a read, whatever the library
 * does then: who uses one that another thread has just created is not safe because the library's
 * own accesses are.
 *
 * <p>Thread-safe.
 */
final class MeetingPlaces {
  private final RaceDetector detector;

  MeetingPlaces(RaceDetector detector) {
    this.detector = detector;
  }

  /**
   * The program calls a function of its library.
   *
   * @param object its first argument
   * @param place where it does
   */
  void called(ThreadClock clock, LibraryFunction function, int object, long place) {
    switch (function) {
      case CREATE_OBJECT, DESTROY_OBJECT, DESTROY_MUTEX, DESTROY_READ_OR_WRITE ->
          detector.plain(clock, object, Integer.BYTES, true, place);
      case USE_OBJECT,
          LOCK_MUTEX,
          TRY_MUTEX,
          READ_LOCK,
          WRITE_LOCK,
          TRY_READ_LOCK,
          TRY_WRITE_LOCK ->
          detector.unordered(clock, object, Integer.BYTES, false, place);
      default -> {}
    }
  }
}
