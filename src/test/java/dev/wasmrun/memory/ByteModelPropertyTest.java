package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A memory does to its bytes what the model does to an array, for every operation and width. */
class ByteModelPropertyTest {
  private static final int SIZE = MemoryType.PAGE_SIZE;

  /** One operation, on the memory and on the model; both results are compared. */
  interface Step {
    void apply(LinearMemory memory, ByteModel model);
  }

  /** Small, so that operations meet; around the end; or anything. */
  @Provide
  Arbitrary<Integer> addresses() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.integers().between(0, 24)),
        Tuple.of(3, Arbitraries.integers().between(SIZE - 12, SIZE + 4)),
        Tuple.of(1, Arbitraries.integers()));
  }

  private Arbitrary<Integer> lengths() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.integers().between(0, 24)),
        Tuple.of(1, Arbitraries.integers().between(4090, 9000)),
        Tuple.of(1, Arbitraries.integers()));
  }

  /** Few values, so that comparisons succeed too; and all of them. */
  private Arbitrary<Long> values() {
    return Arbitraries.oneOf(Arbitraries.of(0L, 1L, -1L, 0x80L, 0xFFFFL), Arbitraries.longs());
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> numbers =
        Combinators.combine(Arbitraries.of(Accessor.values()), addresses(), values(), values())
            .as(ByteModelPropertyTest::number);
    Arbitrary<Step> bulk =
        Combinators.combine(
                Arbitraries.of(0, 1, 2, 3), addresses(), addresses(), lengths(), values())
            .as(ByteModelPropertyTest::bulk);
    return Arbitraries.frequencyOf(Tuple.of(5, numbers), Tuple.of(1, bulk))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  private static Step number(Accessor accessor, int address, long x, long y) {
    return (memory, model) -> {
      MemoryTrap.Kind trap = model.trap(address, accessor.width, accessor.atomic);
      if (trap != null) {
        assertEquals(
            trap,
            assertThrows(MemoryTrap.class, () -> accessor.apply(memory, address, x, y)).kind());
      } else {
        assertEquals(
            accessor.apply(model, address, x, y),
            accessor.apply(memory, address, x, y),
            () -> accessor + " at " + address);
      }
    };
  }

  private static Step bulk(int operation, int to, int from, int length, long value) {
    return (memory, model) -> {
      MemoryTrap.Kind trap = model.trapInRange(to, length);
      if (trap == null && operation == 1) {
        trap = model.trapInRange(from, length);
      }
      if (trap != null) {
        assertEquals(
            trap,
            assertThrows(
                    MemoryTrap.class, () -> onMemory(memory, operation, to, from, length, value))
                .kind());
      } else {
        onMemory(memory, operation, to, from, length, value);
        onModel(model, operation, to, from, length, value);
      }
    };
  }

  private static void onMemory(
      LinearMemory memory, int operation, int to, int from, int length, long value) {
    switch (operation) {
      case 0 -> memory.fill(to, (byte) value, length);
      case 1 -> memory.copy(to, from, length);
      case 2 -> memory.write(to, pattern(length), 3, length);
      default -> memory.read(to, pattern(length), 3, length);
    }
  }

  private static void onModel(
      ByteModel model, int operation, int to, int from, int length, long value) {
    switch (operation) {
      case 0 -> model.fill(to, (byte) value, length);
      case 1 -> model.copy(to, from, length);
      case 2 -> System.arraycopy(pattern(length), 3, model.bytes, to, length);
      default -> {}
    }
  }

  private static byte[] pattern(int length) {
    byte[] pattern = new byte[length < 0 || length > SIZE ? 8 : length + 8];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = (byte) (i * 31 + 7);
    }
    return pattern;
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void memoryDoesWhatTheModelDoes(@ForAll("steps") List<Step> steps) {
    try (LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      compare(memory, steps);
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void observedMemoryDoesWhatTheModelDoes(@ForAll("steps") List<Step> steps) {
    try (LinearMemory memory =
        LinearMemory.create(new MemoryType(1, 1, true), new RecordingObserver())) {
      compare(memory, steps);
    }
  }

  private static void compare(LinearMemory memory, List<Step> steps) {
    ByteModel model = new ByteModel(SIZE);
    steps.forEach(step -> step.apply(memory, model));
    byte[] actual = new byte[SIZE];
    memory.read(0, actual, 0, SIZE);
    assertArrayEquals(model.bytes, actual);
  }
}
