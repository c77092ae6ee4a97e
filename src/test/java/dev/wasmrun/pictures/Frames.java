package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;
import java.util.BitSet;

/** Frames written as text: a line for each row, {@code O} for a living cell. */
final class Frames {
  private Frames() {}

  static LifeFrame of(long generation, String... rows) {
    int columns = rows[0].length();
    var alive = new BitSet();
    String cells = String.join("", rows);
    for (int i = 0; i < cells.length(); i++) {
      alive.set(i, cells.charAt(i) == 'O');
    }
    return new LifeFrame(generation, rows.length, columns, alive);
  }

  /** A grid with one living cell. */
  static LifeFrame dot(int rows, int columns, int row, int column) {
    var alive = new BitSet();
    alive.set(row * columns + column);
    return new LifeFrame(0, rows, columns, alive);
  }
}
