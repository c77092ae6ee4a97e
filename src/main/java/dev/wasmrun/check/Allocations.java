package dev.wasmrun.check;

import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.RaceSide;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.check.race.Touch;
import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The blocks of memory that one thread allocates and frees. Used by that thread alone. */
final class Allocations {
  /** So much of a block that is freed is compared with what other threads have done to it. */
  private static final int MOST_COMPARED = 1 << 16;

  /** What allocators keep behind a block, in bytes, before the next one. */
  private static final int HEADER = 4;

  private static final int ALIGNMENT = 8;

  private final ThreadClock clock;
  private final RaceDetector detector;
  private final MemoryErrors errors;

  private int nested;
  private boolean reallocates;

  // Of the outermost call.
  private int size;
  private long place;

  Allocations(ThreadClock clock, RaceDetector detector, MemoryErrors errors) {
    this.clock = clock;
    this.detector = detector;
    this.errors = errors;
  }

  /**
   * The thread calls a function of its library.
   *
   * @param from where it does
   * @param byProgram whether that is in the program's code, not the library's
   */
  void called(
      LibraryFunction function,
      int first,
      int second,
      long from,
      boolean byProgram,
      Supplier<List<SourceFrame>> active) {
    switch (function) {
      case ALLOCATE -> begin(first, from);
      case ALLOCATE_ARRAY -> begin(first * second, from);
      case ALLOCATE_ALIGNED -> begin(second, from);
      case REALLOCATE -> {
        reallocates |= nested == 0;
        begin(second, from);
      }
      case FREE -> {
        if (nested == 0) {
          begin(0, from);
          free(first, byProgram, active);
        } else {
          if (reallocates) {
            free(first, false, active); // it has moved the block
          }
          nested++;
        }
      }
      default -> {}
    }
  }

  private void begin(int bytes, long from) {
    if (nested++ == 0) {
      size = bytes;
      place = from;
    }
  }

  /** The thread has returned from it. */
  void returned(LibraryFunction function, int result) {
    switch (function) {
      case ALLOCATE, ALLOCATE_ARRAY, ALLOCATE_ALIGNED, REALLOCATE -> {
        if (--nested == 0) {
          reallocates = false;
          if (result != 0) {
            allocated(result);
          }
        }
      }
      case FREE -> nested--;
      default -> {}
    }
  }

  private void allocated(int address) {
    errors.heap().allocated(address, size, new Heap.Deed(clock.name(), place));
    int behind = Math.floorMod(-(size + HEADER), ALIGNMENT) + HEADER;
    detector.begin(address, size + behind);
    detector.abandon(clock, address + size, behind, place);
  }

  private void free(int address, boolean byProgram, Supplier<List<SourceFrame>> active) {
    Optional<Heap.Block> known = errors.heap().freed(address, new Heap.Deed(clock.name(), place));
    if (known.isEmpty()) {
      return;
    }
    Heap.Block block = known.get();
    if (block.freed().isPresent()) {
      var access = new RaceSide(clock.name(), Touch.STORE, address, 0, place);
      errors.addDoubleFree(block, access, active);
      return;
    }
    if (byProgram) {
      detector.plain(clock, address, Math.min(block.size(), MOST_COMPARED), true, place);
    }
    detector.abandon(clock, address, block.size(), place);
  }
}
