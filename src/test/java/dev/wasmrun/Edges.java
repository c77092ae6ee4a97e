package dev.wasmrun;

import java.util.ArrayList;
import java.util.List;

/** Numbers at which arithmetic goes wrong first. */
public final class Edges {
  private Edges() {}

  /** Powers of two and of ten, their negatives, and the neighbours of the former. */
  public static List<Long> of(int bits) {
    var edges = new ArrayList<Long>();
    for (int bit = 0; bit < bits; bit++) {
      for (long offset = -2; offset <= 2; offset++) {
        edges.add((1L << bit) + offset);
        edges.add(-(1L << bit) + offset);
      }
    }
    for (long tens = 10; tens > 0 && tens < 1L << Math.min(bits, 62); tens *= 10) {
      edges.add(tens);
      edges.add(-tens);
    }
    return edges.stream().distinct().toList();
  }
}
