package dev.wasmrun.fuzz;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A function of nested loops in the making. */
final class LoopFunction {
  /*
   * Loops end in one of two ways. Some have constants for a start and a limit, from which the number of
   * iterations is found out here, and nothing else changes their variable. All others use up fuel, and
   * so may have any limit, or none that is ever reached, and share their variable with others. Fuel is
   * used between the head and whatever leads back to it, so no branch goes around it.
   */

  private static final List<Comparison> COMPARISONS = List.of(Comparison.values());
  private static final int[] STEPS = {
    1, 1, 1, -1, -1, 2, 3, 4, -4, 8, -8, 100, 32767, -32767, 32768
  };
  private static final int[] ITERATIONS = {0, 1, 2, 3, 5, 8, 16, 100, 255, 256, 257, 512, 513, 600};
  private static final int DEPTH = 3;
  private static final int RETURN = 0x0F;
  private static final int UNREACHABLE = 0x00;
  private static final int I32_ADD = 0x6A;
  private static final int I32_AND = 0x71;

  private final Choices choices;
  private final Locals locals;
  private final LoopExpressions expressions;
  private final Type result;
  private final List<Integer> data = new ArrayList<>();
  private final List<Integer> wideData = new ArrayList<>();
  private final List<Integer> shareable = new ArrayList<>();
  private final Deque<Label> targets = new ArrayDeque<>();
  private final Fuel own;
  private final Fuel common;

  private LoopFunction(
      Choices choices, GeneratedType type, boolean atomics, List<Integer> leaves, int fuel) {
    this.choices = choices;
    this.result = type.results().get(0);
    this.locals = new Locals(type.params());
    for (int i = 0; i < 3; i++) {
      data.add(locals.add(Type.I32));
      wideData.add(locals.add(Type.I64));
    }
    this.own = new Fuel(locals.add(Type.I32), fuel);
    this.common = Fuel.inGlobal(fuel);
    this.expressions = new LoopExpressions(choices, locals, atomics, leaves);
  }

  /**
   * A function.
   *
   * @param leaves functions that it may call, each of two i32s for an i32
   * @param budget how many iterations there may be, about
   * @param fuel of loops that have no other end
   */
  static GeneratedProgram.Function of(
      Choices choices,
      GeneratedType type,
      boolean atomics,
      List<Integer> leaves,
      int budget,
      int fuel) {
    var function = new LoopFunction(choices, type, atomics, leaves, fuel);
    Code.Builder body = function.own.fill(Code.leaving(type.results()));
    int loops = choices.between(1, 2);
    for (int i = 0; i < loops; i++) {
      body.addAll(function.statements(DEPTH, budget / loops, choices.below(2)));
      body.add(function.loop(DEPTH, budget / loops));
    }
    body.add(function.digest());
    return new GeneratedProgram.Function(type, function.locals.declared(), body.build());
  }

  /** A function without loops. */
  static GeneratedProgram.Function leaf(Choices choices, GeneratedType type, boolean atomics) {
    var function = new LoopFunction(choices, type, atomics, List.of(), 1);
    Code.Builder body = Code.leaving(type.results());
    body.addAll(function.statements(0, 0, choices.below(3)));
    body.add(function.expressions.of(function.result, 2));
    return new GeneratedProgram.Function(type, function.locals.declared(), body.build());
  }

  /** An expression into which all variables go. */
  private Code digest() {
    Code.Builder code = Code.leaving(result);
    boolean wide = result == Type.I64;
    code.constant(result, 0);
    for (int local : wide ? wideData : data) {
      code.constant(result, 31).op(wide ? 0x7E : 0x6C).get(local).op(wide ? 0x85 : 0x73);
    }
    for (int local : wide ? data : wideData) {
      code.get(local).op(wide ? 0xAC : 0xA7).op(wide ? 0x7C : I32_ADD);
    }
    return code.build();
  }

  private List<Code> statements(int depth, int budget, int count) {
    var statements = new ArrayList<Code>();
    for (int i = 0; i < count; i++) {
      statements.add(statement(depth, budget));
    }
    return statements;
  }

  private Code statement(int depth, int budget) {
    return switch (choices.below(depth > 0 ? 14 : 9)) {
      case 0, 1, 2 -> assignment();
      case 3, 4, 5 -> expressions.store(2);
      case 6 -> condition(depth, budget);
      case 7 -> jump();
      case 8 -> choices.oneIn(3) ? jumpTable() : assignment();
      default -> loop(depth, budget);
    };
  }

  private Code assignment() {
    boolean wide = choices.oneIn(3);
    int local = choices.of(wide ? wideData : data);
    return Code.leaving().add(expressions.of(wide ? Type.I64 : Type.I32, 2)).set(local).build();
  }

  private Code condition(int depth, int budget) {
    Code.Builder code = Code.leaving().add(expressions.of(Type.I32, 2));
    var label = Label.ofBlock();
    code.ifTrue(label, GeneratedType.NOTHING);
    targets.push(label);
    code.addAll(statements(depth, budget / 2, choices.between(1, 2)));
    if (choices.oneIn(2)) {
      code.otherwise().addAll(statements(depth, budget / 2, 1));
    }
    targets.pop();
    return code.end().build();
  }

  /** Break or continue of some loop around, now and then out of the function. */
  private Code jump() {
    Code.Builder code = Code.leaving();
    if (targets.isEmpty() || choices.oneIn(12)) {
      code.add(expressions.of(Type.I32, 2)).ifTrue(Label.ofBlock(), GeneratedType.NOTHING);
      return leaveFunction(code).end().build();
    }
    Label target = choices.of(List.copyOf(targets));
    return choices.oneIn(20)
        ? code.br(target).build()
        : code.add(expressions.of(Type.I32, 2)).brIf(target).build();
  }

  private Code.Builder leaveFunction(Code.Builder code) {
    return choices.oneIn(6) ? code.op(UNREACHABLE) : code.add(digest()).op(RETURN);
  }

  private Code jumpTable() {
    if (targets.isEmpty()) {
      return assignment();
    }
    var label = Label.ofBlock();
    Code.Builder code = Code.leaving().block(label, GeneratedType.NOTHING);
    targets.push(label);
    List<Label> all = List.copyOf(targets);
    var table = new ArrayList<Label>();
    for (int i = choices.below(4); i > 0; i--) {
      table.add(choices.of(all));
    }
    code.add(expressions.of(Type.I32, 2)).i32(7).op(I32_AND);
    code.brTable(table, choices.oneIn(4) ? choices.of(all) : label);
    targets.pop();
    return code.end().build();
  }

  private Code loop(int depth, int budget) {
    if (choices.oneIn(8)) {
      return uncounted(depth, budget);
    }
    return choices.oneIn(2) ? bounded(depth, budget) : fueled(depth, budget);
  }

  /** A loop that counts from one constant to another. */
  private Code bounded(int depth, int budget) {
    Type type = choices.oneIn(5) ? Type.I64 : Type.I32;
    Comparison goesOn = choices.of(COMPARISONS);
    long step = choices.of(STEPS);
    long start = choices.oneIn(3) ? choices.any(type) : choices.between(-10, 1000);
    long distance = step * choices.of(ITERATIONS) + (choices.oneIn(3) ? choices.below(9) - 4 : 0);
    long limit = type == Type.I32 ? (int) (start + distance) : start + distance;
    OptionalInt iterations = LoopCounter.iterations(type, start, limit, step, goesOn, budget);
    if (iterations.isEmpty() || budget < 2) {
      return fueled(depth, budget);
    }
    int variable = locals.add(type);
    Code.Builder code = Code.leaving().constant(type, start).set(variable);
    var counter = new LoopCounter(type, variable, step, goesOn, limit(code, type, limit));
    write(code, counter, depth, budget / Math.max(1, iterations.getAsInt()), Optional.empty());
    return code.build();
  }

  private Code limit(Code.Builder code, Type type, long limit) {
    if (choices.oneIn(2)) {
      return Code.leaving(type).constant(type, limit).build();
    }
    int local = locals.add(type);
    code.constant(type, limit).set(local);
    return Code.leaving(type).get(local).build();
  }

  /** A loop that counts from anything to anything, and uses fuel. */
  private Code fueled(int depth, int budget) {
    Type type = choices.oneIn(5) ? Type.I64 : Type.I32;
    boolean shares = type == Type.I32 && !shareable.isEmpty() && choices.oneIn(3);
    int variable = shares ? choices.of(shareable) : locals.add(type);
    Code.Builder code = Code.leaving();
    if (!choices.oneIn(3)) {
      code.add(expressions.of(type, 1));
      if (type == Type.I32 && choices.oneIn(2)) {
        code.i32(0x3FF).op(I32_AND);
      }
      code.set(variable);
    }
    Code limit =
        switch (choices.below(5)) {
          case 0 -> expressions.of(type, 1);
          case 1 -> Code.leaving(type).constant(type, choices.any(type)).build();
          default -> Code.leaving(type).get(choices.of(locals.of(type))).build();
        };
    var counter =
        new LoopCounter(type, variable, choices.of(STEPS), choices.of(COMPARISONS), limit);
    if (type == Type.I32) {
      shareable.add(variable);
    }
    Fuel fuel = fuel(code, budget);
    write(code, counter, depth, budget / fuel.amount(), Optional.of(fuel));
    if (type == Type.I32) {
      shareable.remove(Integer.valueOf(variable));
    }
    return code.build();
  }

  private Fuel fuel(Code.Builder code, int budget) {
    int amount = choices.of(ITERATIONS);
    if (amount > budget || amount == 0 || choices.oneIn(3)) {
      return choices.oneIn(2) ? own : common;
    }
    var fuel = new Fuel(locals.add(Type.I32), amount);
    fuel.fill(code);
    return fuel;
  }

  private void write(
      Code.Builder code, LoopCounter counter, int depth, int budget, Optional<Fuel> fuel) {
    var head = Label.ofLoop();
    var exit = Label.ofBlock();
    code.block(exit, GeneratedType.NOTHING);
    targets.push(exit);
    Code body =
        fuel.map(needed -> fueledBody(needed, head, exit, depth, budget))
            .orElseGet(() -> body(depth, budget));
    targets.pop();
    LoopShape shape = choices.of(List.of(LoopShape.values()));
    shape.write(code, new LoopShape.Loop(head, exit, counter, body), choices);
    code.end();
  }

  /** Statements, sometimes in a block for those branches that continue. */
  private Code body(int depth, int budget) {
    Code.Builder body = Code.leaving();
    boolean continues = choices.oneIn(2);
    int share = budget / 2; // there may be several loops
    var next = Label.ofBlock();
    if (continues) {
      body.block(next, GeneratedType.NOTHING);
      targets.push(next);
    }
    if (depth > 1 && choices.oneIn(3)) {
      body.add(loop(depth - 1, share));
    }
    body.addAll(statements(depth - 1, share, choices.between(1, 3)));
    if (continues) {
      targets.pop();
      body.end();
    }
    return body.build();
  }

  /** Branches may lead to the head only where they have passed the use of fuel. */
  private Code fueledBody(Fuel fuel, Label head, Label exit, int depth, int budget) {
    Code.Builder body = Code.leaving();
    if (choices.oneIn(3)) {
      body(depth, budget).appendTo(body);
      return use(fuel, body, exit).build();
    }
    use(fuel, body, exit);
    targets.push(head);
    body(depth, budget).appendTo(body);
    targets.pop();
    return body.build();
  }

  /** Uses fuel, and leaves the loop if there is none. */
  private Code.Builder use(Fuel fuel, Code.Builder code, Label exit) {
    fuel.use(code);
    if (choices.oneIn(6)) {
      code.ifTrue(Label.ofBlock(), GeneratedType.NOTHING);
      return leaveFunction(code).end();
    }
    return code.brIf(exit);
  }

  /** A loop that goes on as memory has it, as one that spins. */
  private Code uncounted(int depth, int budget) {
    var head = Label.ofLoop();
    var exit = Label.ofBlock();
    Code.Builder code = Code.leaving();
    Fuel fuel = fuel(code, budget);
    code.block(exit, GeneratedType.NOTHING).loop(head, GeneratedType.NOTHING);
    targets.push(exit);
    boolean asksFirst = choices.oneIn(2);
    if (asksFirst) {
      code.add(expressions.of(Type.I32, 2));
      code.ifTrue(Label.ofBlock(), GeneratedType.NOTHING);
    }
    fueledBody(fuel, head, exit, depth, budget / fuel.amount()).appendTo(code);
    if (asksFirst) {
      code.br(head).end();
    } else if (choices.oneIn(2)) {
      code.add(expressions.of(Type.I32, 2)).brIf(head);
    } else {
      code.br(head);
    }
    targets.pop();
    return code.end().end().build();
  }
}
