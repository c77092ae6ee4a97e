package dev.wasmrun.programs;

import java.util.BitSet;

/** One generation of a Game of Life, copied out of the memory that it was computed in. */
public final class LifeFrame {
  private final long generation;
  private final int rows;
  private final int columns;
  private final BitSet alive;

  /**
   * Creates a frame.
   *
   * @param generation its number, from 0
   * @param alive the cells, row after row: cell (r, c) at {@code r * columns + c}; the frame keeps
   *     a copy
   */
  public LifeFrame(long generation, int rows, int columns, BitSet alive) {
    this.generation = generation;
    this.rows = rows;
    this.columns = columns;
    this.alive = (BitSet) alive.clone();
  }

  /** Its number, from 0. */
  public long generation() {
    return generation;
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /** How many cells a row has. */
  public int columns() {
    return columns;
  }

  /**
   * Whether a cell lives.
   *
   * @throws IndexOutOfBoundsException if there is no such row or column
   */
  public boolean isAlive(int row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException(
          "no cell (%s, %s) in %s rows and %s columns".formatted(row, column, rows, columns));
    }
    return alive.get(row * columns + column);
  }

  /** How many cells live. */
  public int population() {
    return alive.cardinality();
  }

  /** A digest of where the living cells are. */
  long hash() {
    return alive.stream().asLongStream().reduce(0, Mix64::digestOf);
  }
}
