package dev.wasmrun.check;

import dev.wasmrun.Internal;
import dev.wasmrun.memory.LibraryFunction;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far one thread is inside of its C library. What it does while it allocates, or while it holds
 * a lock that guards what belongs to the library, is the library's own business: it orders nobody,
 * and the library is believed to do it right.
 *
 * <p>Used by that thread alone.
 */
@Internal
public final class LibraryScope {
  private int calls;
  private int locks;
  private int streams;
  private int futexes;
  private int programLocks;

  /** The states that come back when the thread has done an errand. */
  private final Deque<int[]> interrupted = new ArrayDeque<>();

  /** Outside of the library. */
  public LibraryScope() {}

  /** Whether what the thread does concerns nobody but the library. */
  public boolean isPrivate() {
    return (calls | locks | streams) != 0;
  }

  /** Whether it works on a stream, and so perhaps on memory of the program's. */
  public boolean isInStream() {
    return streams != 0 && (calls | locks) == 0;
  }

  /** Whether atomic accesses order nobody: as {@link #isPrivate}, or about waiting itself. */
  public boolean ordersNobody() {
    return (calls | locks | streams | futexes) != 0;
  }

  /** The thread calls a function of the library, or the host has it do so. */
  public void enter(LibraryFunction function) {
    switch (function) {
      case LOCK_FOR_PROGRAM -> programLocks++;
      case FUTEX -> futexes++;
      case ERRANDS -> {
        interrupted.push(new int[] {calls, locks, streams, futexes, programLocks});
        calls = 0;
        locks = 0;
        streams = 0;
        futexes = 0;
        programLocks = 0;
      }
      case LOCK_MUTEX, TRY_MUTEX, UNLOCK_MUTEX, DESTROY_MUTEX -> {}
      case READ_LOCK, WRITE_LOCK, TRY_READ_LOCK, TRY_WRITE_LOCK -> {}
      case UNLOCK_READ_OR_WRITE, DESTROY_READ_OR_WRITE -> {}
      case CREATE_OBJECT, DESTROY_OBJECT, USE_OBJECT -> {}
      default -> calls += counted();
    }
  }

  /** The thread has returned from it. */
  public void leave(LibraryFunction function, int result) {
    switch (function) {
      case LOCK_FOR_PROGRAM -> programLocks--;
      case FUTEX -> futexes--;
      case ERRANDS -> resume(interrupted.pop());
      case LOCK -> {
        calls -= counted();
        locks += counted();
      }
      case LOCK_STREAM -> {
        calls -= counted();
        streams += result == 0 ? 0 : counted();
      }
      case UNLOCK_STREAM -> {
        calls -= counted();
        streams = Math.max(0, streams - counted());
      }
      case UNLOCK -> {
        calls -= counted();
        locks = Math.max(0, locks - counted());
      }
      case LOCK_MUTEX, TRY_MUTEX, UNLOCK_MUTEX, DESTROY_MUTEX -> {}
      case READ_LOCK, WRITE_LOCK, TRY_READ_LOCK, TRY_WRITE_LOCK -> {}
      case UNLOCK_READ_OR_WRITE, DESTROY_READ_OR_WRITE -> {}
      case CREATE_OBJECT, DESTROY_OBJECT, USE_OBJECT -> {}
      default -> calls -= counted();
    }
  }

  private void resume(int[] state) {
    calls = state[0];
    locks = state[1];
    streams = state[2];
    futexes = state[3];
    programLocks = state[4];
  }

  /** Nothing is private of what the program has asked for itself. */
  private int counted() {
    return programLocks == 0 ? 1 : 0;
  }
}
