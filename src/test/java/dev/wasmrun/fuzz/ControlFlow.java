package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks, branches and calls, of one function. */
final class ControlFlow {
  private static final int UNREACHABLE = 0x00;
  private static final int THROW = 0x08;
  private static final int THROW_REF = 0x0A;
  private static final int RETURN = 0x0F;
  private static final int CALL = 0x10;
  private static final int CALL_INDIRECT = 0x11;
  private static final int RETURN_CALL = 0x12;
  private static final int RETURN_CALL_INDIRECT = 0x13;
  private static final int AND = 0x71;

  private final RandomFunction function;
  private final Choices choices;
  private final ModuleShape shape;
  private final Handlers handlers;

  ControlFlow(RandomFunction function) {
    this.function = function;
    this.choices = function.choices;
    this.shape = function.shape;
    this.handlers = new Handlers(function);
  }

  /** A block, a loop, an if or a try_table that leaves these. */
  Code block(List<Type> results, int depth) {
    if (shape.allows(Proposal.EXCEPTIONS) && choices.oneIn(5)) {
      return handlers.tryTable(results, depth);
    }
    var type = new GeneratedType(params(), results);
    Code.Builder code = Code.leaving(results).addAll(function.values(type.params(), depth));
    return switch (choices.below(3)) {
      case 0 -> {
        var label = Label.of(false, type);
        code.block(label, type);
        yield within(code, label, type, depth).end().build();
      }
      case 1 -> {
        var label = Label.of(true, type);
        code.loop(label, type);
        function.store(code, type.params());
        function.useFuel(code);
        yield body(code, label, results, depth).end().build();
      }
      default -> {
        code.add(function.value(Type.I32, depth));
        var label = Label.of(false, type);
        within(code.ifTrue(label, type), label, type, depth);
        if (!type.params().equals(results) || choices.oneIn(2)) {
          within(code.otherwise(), label, type, depth);
        }
        yield code.end().build();
      }
    };
  }

  private List<Type> params() {
    var params = new ArrayList<Type>();
    if (shape.allows(Proposal.BLOCK_PARAMETERS) && choices.oneIn(4)) {
      for (int i = choices.between(1, 2); i > 0; i--) {
        params.add(choices.of(shape.types()));
      }
    }
    return List.copyOf(params);
  }

  private Code.Builder within(Code.Builder code, Label label, GeneratedType type, int depth) {
    function.store(code, type.params());
    return body(code, label, type.results(), depth);
  }

  private Code.Builder body(Code.Builder code, Label label, List<Type> results, int depth) {
    function.labels.push(label);
    code.addAll(function.statements(depth)).addAll(function.values(results, depth));
    function.labels.pop();
    return code;
  }

  /** A call that leaves these, direct or not. */
  Optional<Code> call(List<Type> results, int depth) {
    List<Integer> callees = shape.functionsLeaving(results);
    if (callees.isEmpty()) {
      return Optional.empty();
    }
    Code.Builder code = Code.leaving(results);
    call(code, choices.of(callees), CALL, CALL_INDIRECT, depth);
    return Optional.of(code.build());
  }

  private void call(Code.Builder code, int callee, int direct, int indirect, int depth) {
    GeneratedType type = shape.functions().get(callee);
    code.addAll(function.values(type.params(), depth));
    List<Integer> inTable = shape.elements().get(0).functions();
    int place = inTable.indexOf(callee);
    if (place < 0 && !choices.oneIn(10) || choices.oneIn(2)) {
      code.op(direct).number(callee);
      return;
    }
    if (place < 0 || choices.oneIn(10)) {
      code.add(function.value(Type.I32, depth)).i32(7).op(AND); // of another type, as a rule
    } else {
      code.i32(place);
    }
    code.op(indirect).type(type).number(0);
  }

  /** Values that go along with a branch if a condition holds, and else are left. */
  Optional<Code> branchUnless(List<Type> values, int depth) {
    List<Label> targets = function.labelsFor(values);
    if (targets.isEmpty()) {
      return Optional.empty();
    }
    Code.Builder code = Code.leaving(values).addAll(function.values(values, depth));
    return Optional.of(code.add(function.value(Type.I32, depth)).brIf(choices.of(targets)).build());
  }

  /** A jump by a table, in a block of its own. */
  Code table(int depth) {
    var label = Label.ofBlock();
    Code.Builder code = Code.leaving().block(label, GeneratedType.NOTHING);
    function.labels.push(label);
    jumpByTable(code, label, depth);
    function.labels.pop();
    return code.end().build();
  }

  private void jumpByTable(Code.Builder code, Label otherwise, int depth) {
    List<Label> alike = function.labelsFor(otherwise.carried());
    var table = new ArrayList<Label>();
    for (int i = choices.below(5); i > 0; i--) {
      table.add(choices.of(alike));
    }
    code.addAll(function.values(otherwise.carried(), depth));
    code.add(function.value(Type.I32, depth)).i32(7).op(AND).brTable(table, otherwise);
  }

  /**
   * A switch as compilers write one: blocks in each other, a jump by a table in the innermost, and
   * behind each end a case, which falls through to the next or branches out.
   */
  Code ladder(int depth) {
    var rungs = new ArrayList<Label>();
    Code.Builder code = Code.leaving();
    for (int i = choices.between(2, 9); i > 0; i--) {
      var rung = Label.ofBlock();
      code.block(rung, GeneratedType.NOTHING);
      function.labels.push(rung);
      rungs.add(0, rung);
    }
    code.addAll(function.statements(depth)).add(function.value(Type.I32, depth));
    code.i32(7).op(AND).brTable(rungs, choices.of(function.labelsFor(List.of())));
    for (Label rung : rungs) {
      function.labels.pop();
      code.end();
      if (!choices.oneIn(4)) {
        code.addAll(function.statements(depth));
      }
      if (choices.oneIn(3)) {
        code.add(leave(List.of(), depth));
      }
    }
    return code.build();
  }

  /** Code after which nothing is executed, whatever it would leave. */
  Code leave(List<Type> results, int depth) {
    Code.Builder code = Code.leaving(results);
    int kind = choices.below(12);
    if (kind < 4 && !function.labels.isEmpty()) {
      Label target = choices.of(List.copyOf(function.labels));
      return code.addAll(function.values(target.carried(), depth)).br(target).build();
    }
    if (kind < 6 && !function.labels.isEmpty()) {
      jumpByTable(code, choices.of(List.copyOf(function.labels)), depth);
      return code.build();
    }
    if (kind < 8 && shape.allows(Proposal.TAIL_CALL)) {
      int callee = choices.of(shape.functionsLeaving(function.type.results()));
      call(code, callee, RETURN_CALL, RETURN_CALL_INDIRECT, depth);
      return code.build();
    }
    if (kind < 10 && shape.allows(Proposal.EXCEPTIONS)) {
      if (choices.oneIn(4)) {
        return code.add(function.value(Type.EXNREF, depth)).op(THROW_REF).build();
      }
      int tag = choices.below(shape.tags().size());
      code.addAll(function.values(shape.tags().get(tag).params(), depth));
      return code.op(THROW).number(tag).build();
    }
    return kind == 11
        ? code.op(UNREACHABLE).build()
        : code.addAll(function.values(function.type.results(), depth)).op(RETURN).build();
  }
}
