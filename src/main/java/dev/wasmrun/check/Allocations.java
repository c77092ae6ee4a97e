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

  /** So much of a new block is compared with what others do to it that do not know of it yet. */
  private static final int MOST_NEW = 1 << 12;

  /** What allocators keep behind a block, in bytes, before the next one. */
  private static final int HEADER = 4;

  private static final int ALIGNMENT = 8;

  private final ThreadClock clock;
  private final RaceDetector detector;
  private final MemoryErrors errors;

  private int nested;
  private boolean reallocates;

  /** The block that is given another size, if it is known. */
  private Optional<Heap.Block> before = Optional.empty();

  // Of the outermost call.
  private int size;
  private long place;
  private boolean byProgram;

  Allocations(ThreadClock clock, RaceDetector detector, MemoryErrors errors) {
    this.clock = clock;
    this.detector = detector;
    this.errors = errors;
  }

  /**
   * The thread calls a function of its library.
   *
   * @param from where it does
   * @param program whether that is in the program's code, not the library's
   */
  void called(
      LibraryFunction function,
      int first,
      int second,
      long from,
      boolean program,
      Supplier<List<SourceFrame>> active) {
    switch (function) {
      case ALLOCATE -> begin(first, from, program);
      case ALLOCATE_ARRAY -> begin(first * second, from, program);
      case ALLOCATE_ALIGNED -> begin(second, from, program);
      case REALLOCATE -> {
        if (nested == 0) {
          reallocates = true;
          before = errors.heap().at(first).filter(block -> block.isAt(first));
        }
        begin(second, from, program);
        if (nested == 1) {
          before.ifPresent(this::write);
        }
      }
      case FREE -> {
        if (nested == 0) {
          begin(0, from, program);
          free(first, active);
        } else {
          if (reallocates) {
            freed(first, active); // it has moved the block
          }
          nested++;
        }
      }
      default -> {}
    }
  }

  private void begin(int bytes, long from, boolean program) {
    if (nested++ == 0) {
      size = bytes;
      place = from;
      byProgram = program;
    }
  }

  /** The thread has returned from it. */
  void returned(LibraryFunction function, int result) {
    switch (function) {
      case ALLOCATE, ALLOCATE_ARRAY, ALLOCATE_ALIGNED, REALLOCATE -> {
        if (--nested == 0) {
          if (result != 0) {
            allocated(result, before.filter(block -> block.isAt(result)).map(Heap.Block::size));
          }
          reallocates = false;
          before = Optional.empty();
        }
      }
      case FREE -> nested--;
      default -> {}
    }
  }

  /**
   * A block is there.
   *
   * @param kept how many bytes of it were there before
   */
  private void allocated(int address, Optional<Integer> kept) {
    errors.heap().allocated(address, size, new Heap.Deed(clock.name(), place));
    int behind = Math.floorMod(-(size + HEADER), ALIGNMENT) + HEADER;
    int old = Math.min(kept.orElse(0), size);
    detector.begin(address + old, size + behind - old);
    write(address + old, Math.min(size - old, MOST_NEW));
    detector.abandon(clock, address + size, behind, place);
  }

  /** Who frees a block, or gives it another size, must not do so while others use it. */
  private void write(Heap.Block block) {
    if (block.freed().isEmpty()) {
      write(block.address(), Math.min(block.size(), MOST_COMPARED));
    }
  }

  private void write(int address, int length) {
    if (length > 0) {
      detector.plain(clock, address, length, true, place);
    }
  }

  private void free(int address, Supplier<List<SourceFrame>> active) {
    if (byProgram) {
      errors.heap().at(address).filter(block -> block.isAt(address)).ifPresent(this::write);
    }
    freed(address, active);
  }

  private void freed(int address, Supplier<List<SourceFrame>> active) {
    Optional<Heap.Block> known = errors.heap().freed(address, new Heap.Deed(clock.name(), place));
    if (known.isEmpty()) {
      return;
    }
    Heap.Block block = known.get();
    if (block.freed().isPresent()) {
      var access = new RaceSide(clock.name(), Touch.STORE, address, 0, place);
      errors.addDoubleFree(block, access, active);
    } else {
      detector.abandon(clock, address, block.size(), place);
    }
  }
}
