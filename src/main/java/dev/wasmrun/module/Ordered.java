package dev.wasmrun.module;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What of a list is in the order of some key. */
final class Ordered {
  private Ordered() {}

  /** A longest part of a list, in its order, whose keys increase. */
  static <T> List<T> most(List<T> list, Function<T, String> key) {
    int[] lengths = new int[list.size()];
    int[] before = new int[list.size()];
    int last = -1;
    for (int i = 0; i < list.size(); i++) {
      lengths[i] = 1;
      before[i] = -1;
      for (int j = 0; j < i; j++) {
        boolean increases = key.apply(list.get(j)).compareTo(key.apply(list.get(i))) < 0;
        if (increases && lengths[j] + 1 > lengths[i]) {
          lengths[i] = lengths[j] + 1;
          before[i] = j;
        }
      }
      last = last < 0 || lengths[i] > lengths[last] ? i : last;
    }
    var most = new ArrayList<T>();
    for (int i = last; i >= 0; i = before[i]) {
      most.add(0, list.get(i));
    }
    return most;
  }
}
