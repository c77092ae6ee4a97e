package dev.wasmrun.module;

import java.util.Arrays;

/**
 * Where the instructions of a rewritten module were in its file.
 *
 * <p>What is written for one instruction, however many it becomes, was where that one was. Of what
 * is copied every byte keeps its distance from the first.
 */
final class MovedOffsets {
  /** The offsets at which the stretches begin now, ascending. */
  private int[] now = new int[64];

  /** Where each stretch was; of a copied one, {@code ~} of that. */
  private int[] before = new int[64];

  private int count;

  /** From an offset on, what is written replaces an instruction. */
  void replaced(int at, int was) {
    add(at, was);
  }

  /** From an offset on, the bytes are those that were at another. */
  void copied(int at, int was) {
    add(at, ~was);
  }

  private void add(int at, int was) {
    if (count == now.length) {
      now = Arrays.copyOf(now, 2 * count);
      before = Arrays.copyOf(before, 2 * count);
    }
    now[count] = at;
    before[count++] = was;
  }

  /** Adds the stretches of another, all of which are so many bytes farther on here. */
  void addAll(MovedOffsets other, int distance) {
    for (int i = 0; i < other.count; i++) {
      add(other.now[i] + distance, other.before[i]);
    }
  }

  /** Moves everything on by so many bytes. */
  void moveBy(int distance) {
    for (int i = 0; i < count; i++) {
      now[i] += distance;
    }
  }

  /** Where what is at an offset was; the offset has to be at or after the first stretch. */
  int before(int offset) {
    int found = Arrays.binarySearch(now, 0, count, offset);
    if (found >= 0) {
      while (found + 1 < count && now[found + 1] == offset) {
        found++; // nothing has been written for those before it
      }
    } else {
      found = -found - 2;
    }
    return before[found] < 0 ? ~before[found] + offset - now[found] : before[found];
  }
}
