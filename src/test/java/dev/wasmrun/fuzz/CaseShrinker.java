package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What makes a case smaller as long as two engines differ on it in the same way. */
final class CaseShrinker {
  private final Differential engines;
  private final String symptom;
  private final long deadline;
  private FuzzCase smallest;
  private String difference;

  private CaseShrinker(FuzzCase fuzzCase, Differential engines, String difference, long deadline) {
    this.engines = difference.contains(Observation.ENDLESS) ? engines.within(1) : engines;
    this.symptom = FuzzFinding.symptom(difference);
    this.deadline = deadline;
    this.smallest = fuzzCase;
    this.difference = difference;
  }

  /**
   * The smallest case that is found.
   *
   * @param seconds how long it may take
   */
  static FuzzFinding shrink(
      FuzzCase fuzzCase, Differential engines, String difference, int seconds) {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    var shrinker = new CaseShrinker(fuzzCase, engines, difference, deadline);
    shrinker.shrink();
    return new FuzzFinding(shrinker.smallest, engines, shrinker.difference);
  }

  private void shrink() {
    boolean smaller = true;
    while (smaller && isTime()) {
      smaller = fewerCalls();
      for (int i = 0; i < smallest.program().functions().size(); i++) {
        smaller |= smallerBody(i);
      }
    }
  }

  private boolean isTime() {
    return System.nanoTime() < deadline;
  }

  private boolean fewerCalls() {
    boolean fewer = false;
    for (int i = smallest.calls().size() - 1; i >= 0 && smallest.calls().size() > 1; i--) {
      var calls = new ArrayList<>(smallest.calls());
      calls.remove(i);
      fewer |= take(smallest.with(List.copyOf(calls)));
    }
    return fewer;
  }

  private boolean smallerBody(int function) {
    boolean smaller = false;
    boolean changed = true;
    while (changed && isTime()) {
      Code body = smallest.program().functions().get(function).body();
      changed =
          Stream.concat(Stream.of(body), body.pieces())
              .sorted(Comparator.comparingInt(Code::size).reversed())
              .flatMap(piece -> smaller(piece).map(instead -> body.replace(piece, instead)))
              .anyMatch(code -> take(smallest.with(smallest.program().with(function, code))));
      smaller |= changed;
    }
    return smaller;
  }

  /** Nothing but constants, or a piece of it that leaves the same. */
  private static Stream<Code> smaller(Code piece) {
    Code zeros = Code.zeros(piece.results());
    Stream<Code> pieces =
        piece
            .pieces()
            .filter(inner -> inner.results().equals(piece.results()))
            .sorted(Comparator.comparingInt(Code::size));
    return piece.isZeros() ? Stream.of() : Stream.concat(Stream.of(zeros), pieces);
  }

  /** Takes a case if it differs as the first one did. */
  private boolean take(FuzzCase candidate) {
    if (!isTime()) {
      return false;
    }
    Optional<String> found;
    try {
      candidate.program().bytes();
      found =
          engines.difference(candidate).filter(other -> FuzzFinding.symptom(other).equals(symptom));
    } catch (IllegalStateException e) {
      return false; // a branch has lost its block
    }
    found.ifPresent(
        other -> {
          smallest = candidate;
          difference = other;
        });
    return found.isPresent();
  }
}
