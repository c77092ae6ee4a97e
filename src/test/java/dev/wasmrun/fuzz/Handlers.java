package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Blocks that catch exceptions, of one function. */
final class Handlers {
  private static final int CATCH = 0;
  private static final int CATCH_ALL = 2;
  private static final int WITH_REFERENCE = 1;
  private static final int MOST_BELOW = 3;
  private static final int MOST_ELSEWHERE = 2;

  private final RandomFunction function;
  private final Choices choices;
  private final List<Catch> catches;

  Handlers(RandomFunction function) {
    this.function = function;
    this.choices = function.choices;
    this.catches = catches(function.shape.tags());
  }

  /**
   * A kind of exceptions to catch.
   *
   * @param operands of the clause, without where it leads
   * @param carried what a branch to there takes along
   */
  private record Catch(List<Integer> operands, List<Type> carried) {
    Catch withReference() {
      var operandsToo = new ArrayList<>(operands);
      operandsToo.set(0, operands.get(0) | WITH_REFERENCE);
      var carriedToo = new ArrayList<>(carried);
      carriedToo.add(Type.EXNREF);
      return new Catch(List.copyOf(operandsToo), List.copyOf(carriedToo));
    }
  }

  private record Clause(Catch what, Label target) {
    void writeTo(Code.Builder code) {
      what.operands().forEach(code::number);
      code.depth(target);
    }
  }

  private static List<Catch> catches(List<GeneratedType> tags) {
    Stream<Catch> some =
        IntStream.range(0, tags.size())
            .mapToObj(tag -> new Catch(List.of(CATCH, tag), tags.get(tag).params()));
    return Stream.concat(Stream.of(new Catch(List.of(CATCH_ALL), List.of())), some)
        .flatMap(each -> Stream.of(each, each.withReference()))
        .toList();
  }

  /**
   * A block for the results, in it one for what is caught, in it the one that catches. Branches to
   * the former two, whether from the body or from a handler, carry values over the operands that
   * lie below the latter.
   *
   * <pre>
   *   block results
   *     block caught
   *       operands
   *       try_table results (catch … caught) (catch … elsewhere)  body  end
   *       br results
   *     end
   *     take what is caught, and compute results
   *   end
   * </pre>
   */
  Code tryTable(List<Type> results, int depth) {
    Catch what = choices.of(catches);
    var type = new GeneratedType(List.of(), results);
    var caughtType = new GeneratedType(List.of(), what.carried());
    var done = Label.of(false, type);
    var caught = Label.of(false, caughtType);
    var guarded = Label.of(false, type);

    Code.Builder code = Code.leaving(results).block(done, type).block(caught, caughtType);
    function.labels.push(done);
    function.labels.push(caught);
    code.addAll(function.values(below(), depth));
    code.tryTable(guarded, type, clauses(new Clause(what, caught)));
    function.labels.push(guarded);
    code.addAll(function.statements(depth)).addAll(function.values(results, depth));
    if (choices.oneIn(2)) {
      code.add(function.value(Type.I32, depth)).brIf(choices.of(function.labelsFor(results)));
    }
    function.labels.pop();
    function.labels.pop();
    code.end().br(done).end();
    function.store(code, caughtType.results());
    code.addAll(function.values(results, depth));
    function.labels.pop();
    return code.end().build();
  }

  private List<Type> below() {
    int count = choices.oneIn(2) ? 0 : choices.between(1, MOST_BELOW);
    return Stream.generate(() -> choices.of(function.shape.types())).limit(count).toList();
  }

  /** A list of clauses, among them this one. */
  private Code clauses(Clause own) {
    var clauses = new ArrayList<Clause>(List.of(own));
    List<Clause> possible =
        catches.stream()
            .flatMap(
                what -> function.labelsFor(what.carried()).stream().map(to -> new Clause(what, to)))
            .toList();
    for (int i = possible.isEmpty() ? 0 : choices.below(MOST_ELSEWHERE + 1); i > 0; i--) {
      clauses.add(choices.below(clauses.size() + 1), choices.of(possible));
    }
    Code.Builder code = Code.leaving().number(clauses.size());
    clauses.forEach(clause -> clause.writeTo(code));
    return code.build();
  }
}
