package dev.wasmrun.memory;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;

/** The data segments of one instance, as far as they have not been dropped. */
final class Segments {
  private static final DataSegment[] NONE = {};

  private final LinearMemory memory;
  private final ActiveData activeData;

  /** The instance's own array: its memories share it, and dropping replaces an entry. */
  private DataSegment[] segments = NONE;

  Segments(LinearMemory memory, ActiveData activeData) {
    this.memory = memory;
    this.activeData = activeData;
  }

  /**
   * Takes over the segments of an instance: writes the active ones of this memory in order, unless
   * told to skip them, and drops them. One that does not fit traps; earlier ones stay written.
   */
  void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
    segments = dataSegments == null ? NONE : dataSegments;
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] instanceof ActiveDataSegment active && active.index() == memoryIndex) {
        if (activeData == ActiveData.WRITE) {
          byte[] data = active.data();
          memory.write(offset(instance, active), data, 0, data.length);
        }
        drop(i);
      }
    }
  }

  private static int offset(Instance instance, ActiveDataSegment segment) {
    return (int) ConstantEvaluators.computeConstantValue(instance, segment.offsetInstructions())[0];
  }

  /** Checks that part of a segment is in it. */
  void require(int segment, int from, int length) {
    int size = segments[segment].data().length;
    if (Integer.toUnsignedLong(from) + Integer.toUnsignedLong(length) > size) {
      throw MemoryTrap.outOfSegment(from, Integer.toUnsignedLong(length), size);
    }
  }

  /** Writes part of a segment. */
  void write(int segment, int to, int from, int length) {
    memory.write(to, segments[segment].data(), from, length);
  }

  /** Empties a segment: data.drop. */
  void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }
}
