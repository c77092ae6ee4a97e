package dev.wasmrun.module;

import dev.wasmrun.Internal;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses of what somebody meant who has mistyped a name. */
@Internal
public final class Spelling {
  private static final int LETTERS_PER_MISTAKE = 3;

  private Spelling() {}

  /**
   * The name that needs the fewest corrections: letters added, left out, replaced, or swapped with
   * their neighbour. Upper and lower case do not count. Empty if it would take more than one
   * correction for every three letters.
   */
  public static Optional<String> closest(String typed, Collection<String> names) {
    int most = Math.max(1, typed.length() / LETTERS_PER_MISTAKE);
    return names.stream()
        .filter(name -> Math.abs(name.length() - typed.length()) <= most)
        .filter(name -> corrections(typed, name) <= most)
        .min(Comparator.comparingInt(name -> corrections(typed, name)));
  }

  /** The optimal string alignment distance. */
  private static int corrections(String a, String b) {
    var distance = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        distance[i][j] = i == 0 || j == 0 ? i + j : cheapest(distance, a, b, i, j);
      }
    }
    return distance[a.length()][b.length()];
  }

  private static int cheapest(int[][] distance, String a, String b, int i, int j) {
    int added = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
    int replaced = distance[i - 1][j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1);
    int cost = Math.min(added, replaced);
    boolean swapped = i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1);
    return swapped ? Math.min(cost, distance[i - 2][j - 2] + 1) : cost;
  }

  private static boolean same(String a, int i, String b, int j) {
    return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
  }
}
