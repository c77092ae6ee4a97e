package dev.wasmrun.compiler.analysis;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A number of 32 bits in an iteration of a loop, as a sum: {@code Σ factor · local + constant +
 * each · iteration}, modulo 2³².
 *
 * @param terms the factors, none of them 0, of locals as they are when the first iteration begins
 * @param constant what is added to them in the first iteration
 * @param each by how much it grows with every iteration
 */
record Sum(SortedMap<Integer, Integer> terms, int constant, int each) {
  static Sum ofConstant(int constant) {
    return new Sum(new TreeMap<>(), constant, 0);
  }

  /** A local that every iteration adds the same to. */
  static Sum ofLocal(int local, int each) {
    return new Sum(new TreeMap<>(Map.of(local, 1)), 0, each);
  }

  Sum plus(Sum other) {
    var terms = new TreeMap<>(this.terms);
    other.terms.forEach((local, factor) -> terms.merge(local, factor, Integer::sum));
    terms.values().removeIf(factor -> factor == 0);
    return new Sum(terms, constant + other.constant, each + other.each);
  }

  Sum times(int factor) {
    var terms = new TreeMap<Integer, Integer>();
    this.terms.forEach((local, own) -> terms.put(local, own * factor));
    terms.values().removeIf(own -> own == 0);
    return new Sum(terms, constant * factor, each * factor);
  }

  boolean isConstant() {
    return terms.isEmpty() && each == 0;
  }
}
