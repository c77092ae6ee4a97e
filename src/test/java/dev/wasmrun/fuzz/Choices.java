package dev.wasmrun.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Choices that a seed decides, and numbers near which things go wrong. */
final class Choices {
  private static final int[] EDGES = {
    0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 257, 300, 2047, 2048, 32767, 65535, 65536
  };

  private final SplittableRandom random;

  Choices(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A number from 0 on. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int least, int most) {
    return least + below(most - least + 1);
  }

  /** True once in so many times. */
  boolean oneIn(int times) {
    return below(times) == 0;
  }

  <T> T of(List<T> all) {
    return all.get(below(all.size()));
  }

  int of(int... all) {
    return all[below(all.length)];
  }

  long seed() {
    return random.nextLong();
  }

  int anyInt() {
    return switch (below(6)) {
      case 0 -> random.nextInt();
      case 1 -> Integer.MAX_VALUE - below(9);
      case 2 -> Integer.MIN_VALUE + below(9);
      case 3 -> below(1000);
      default -> of(EDGES);
    };
  }

  long anyLong() {
    return switch (below(6)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE - below(9);
      case 2 -> Long.MIN_VALUE + below(9);
      case 3 -> random.nextLong() >>> below(Long.SIZE);
      default -> anyInt();
    };
  }

  /** Bits of a constant of a type. */
  long any(Type type) {
    return switch (type) {
      case I32 -> anyInt();
      case I64, V128 -> anyLong();
      case F32 -> anyFloat();
      case F64 -> anyDouble();
      default -> 0;
    };
  }

  private int anyFloat() {
    return switch (below(4)) {
      case 0 -> Float.floatToRawIntBits(anyInt());
      case 1 -> Float.floatToRawIntBits(random.nextInt(2000) / 16f - 60);
      case 2 ->
          of(
              0x8000_0000,
              0x7F80_0000,
              0xFF80_0000,
              0x7FC0_0000,
              1,
              0x7F7F_FFFF,
              0x4F00_0000,
              0x4F80_0000,
              0xCF00_0000,
              0x5F00_0000);
      default -> random.nextInt();
    };
  }

  private long anyDouble() {
    return switch (below(4)) {
      case 0 -> Double.doubleToRawLongBits(anyLong());
      case 1 -> Double.doubleToRawLongBits(random.nextInt(2000) / 16.0 - 60);
      case 2 ->
          (long)
                  of(
                      0x8000_0000,
                      0x7FF0_0000,
                      0xFFF0_0000,
                      0x7FF8_0000,
                      0x41E0_0000,
                      0x41F0_0000,
                      0xC1E0_0000,
                      0x43E0_0000,
                      0x43F0_0000)
              << 32;
      default -> random.nextLong();
    };
  }
}
