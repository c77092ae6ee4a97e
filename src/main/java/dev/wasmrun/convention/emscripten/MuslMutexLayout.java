package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import java.util.Optional;

/**
 * The part of musl's {@code pthread_mutex_t} that tells who holds it.
 *
 * <pre>
 *   0 type: i32   4 lock: i32   8 waiters: i32   …
 *
 *   type   0 normal, 1 recursive, 2 error-checking; others are not looked at
 *   lock   0 if free; a normal one says nothing of its holder, another one has the holder's id,
 *          with the sign bit set while somebody waits at this word
 * </pre>
 */
final class MuslMutexLayout {
  private static final int TYPE_BEFORE_LOCK = 4;
  private static final int RECURSIVE = 1;
  private static final int ERROR_CHECKING = 2;
  private static final int WAITED_FOR = Integer.MIN_VALUE;

  private MuslMutexLayout() {}

  /**
   * The id of the thread that holds the mutex with its lock at an address.
   *
   * @return empty if what is there looks like no such mutex, or does not tell
   */
  static Optional<Integer> holder(LinearMemory memory, int lock) {
    int type = lock < TYPE_BEFORE_LOCK ? 0 : memory.getInt(lock - TYPE_BEFORE_LOCK);
    int value = memory.getIntVolatile(lock);
    boolean tells = (type == RECURSIVE || type == ERROR_CHECKING) && (value & WAITED_FOR) != 0;
    return tells ? Optional.of(value & ~WAITED_FOR) : Optional.empty();
  }
}
