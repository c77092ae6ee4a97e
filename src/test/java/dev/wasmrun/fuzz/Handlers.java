package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;

/** Blocks that catch exceptions, of one function. */
final class Handlers {
  private static final int CATCH = 0;
  private static final int CATCH_ALL = 2;
  private static final int WITH_REFERENCE = 1;

  private final RandomFunction function;
  private final Choices choices;
  private final ModuleShape shape;

  Handlers(RandomFunction function) {
    this.function = function;
    this.choices = function.choices;
    this.shape = function.shape;
  }

  /**
   * A block for the results, in it one for what is caught, in it the one that catches.
   *
   * <pre>
   *   block results
   *     block caught
   *       try_table results (catch … caught)  body  end
   *       br results
   *     end
   *     take what is caught, and compute results
   *   end
   * </pre>
   */
  Code tryTable(List<Type> results, int depth) {
    boolean all = choices.oneIn(3);
    boolean withReference = choices.oneIn(2);
    int tag = choices.below(shape.tags().size());
    var carried = new ArrayList<>(all ? List.of() : shape.tags().get(tag).params());
    if (withReference) {
      carried.add(Type.EXNREF);
    }
    var type = new Signature(List.of(), results);
    var caughtType = new Signature(List.of(), List.copyOf(carried));
    var done = Label.of(false, type);
    var caught = Label.of(false, caughtType);
    var guarded = Label.of(false, type);

    Code.Builder clause = Code.leaving().number(1);
    clause.op((all ? CATCH_ALL : CATCH) | (withReference ? WITH_REFERENCE : 0));
    if (!all) {
      clause.number(tag);
    }
    clause.depth(caught);

    Code.Builder code = Code.leaving(results).block(done, type).block(caught, caughtType);
    code.tryTable(guarded, type, clause.build());
    function.labels.push(done);
    function.labels.push(caught);
    function.labels.push(guarded);
    code.addAll(function.statements(depth)).addAll(function.values(results, depth));
    function.labels.pop();
    function.labels.pop();
    code.end().br(done).end();
    function.store(code, caughtType.results());
    code.addAll(function.values(results, depth));
    function.labels.pop();
    return code.end().build();
  }
}
