package dev.wasmrun.fuzz;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A function of any valid code in the making: what its pieces have in common.
 *
 * <p>It ends because every call of a function and every iteration of a loop uses fuel, and returns
 * if there is none.
 */
final class RandomFunction {
  private static final int RETURN = 0x0F;
  private static final int EQ_F32 = 0x5B;
  private static final int EQ_F64 = 0x61;
  private static final int SELECT = 0x1B;
  private static final int MOST_PIECES = 120;
  private static final int DEPTH = 5;
  private static final long NAN_F32 = 0x7FC0_0000;
  private static final long NAN_F64 = 0x7FF8_0000_0000_0000L;

  final Choices choices;
  final ModuleShape shape;
  final GeneratedType type;
  final Locals locals;

  /** The blocks around what is being made, the innermost first. */
  final Deque<Label> labels = new ArrayDeque<>();

  private final Expressions expressions;
  private final Statements statements;
  private int piecesLeft = MOST_PIECES;

  private RandomFunction(Choices choices, ModuleShape shape, GeneratedType type) {
    this.choices = choices;
    this.shape = shape;
    this.type = type;
    this.locals = new Locals(type.params());
    for (Type local : shape.types()) {
      locals.add(local);
      locals.add(local);
    }
    this.expressions = new Expressions(this);
    this.statements = new Statements(this);
  }

  static GeneratedProgram.Function of(Choices choices, ModuleShape shape, GeneratedType type) {
    var function = new RandomFunction(choices, shape, type);
    Code.Builder body = Code.leaving(type.results());
    function.useFuel(body);
    body.addAll(function.statements(DEPTH));
    body.addAll(function.values(type.results(), DEPTH));
    return new GeneratedProgram.Function(type, function.locals.declared(), body.build());
  }

  /** Returns zeros if there is no fuel. */
  void useFuel(Code.Builder code) {
    Fuel.inGlobal(0).use(code).ifTrue(Label.ofBlock(), GeneratedType.NOTHING);
    Code.zeros(type.results()).appendTo(code);
    code.op(RETURN).end();
  }

  boolean isLarge() {
    return piecesLeft <= 0;
  }

  /** An expression. */
  Code value(Type wanted, int depth) {
    piecesLeft--;
    return expressions.of(wanted, isLarge() ? 0 : depth);
  }

  /** Expressions, of which one may leave several values. */
  List<Code> values(List<Type> wanted, int depth) {
    if (wanted.size() > 1 && depth > 0 && !isLarge() && choices.oneIn(2)) {
      piecesLeft--;
      return List.of(expressions.together(wanted, depth - 1));
    }
    var values = new ArrayList<Code>();
    wanted.forEach(each -> values.add(value(each, depth)));
    return values;
  }

  List<Code> statements(int depth) {
    var made = new ArrayList<Code>();
    for (int i = isLarge() ? 0 : choices.between(1, 3); i > 0; i--) {
      piecesLeft--;
      made.add(statements.of(depth));
    }
    return made;
  }

  /** Leaves a float as it is, but any NaN as the one that has no sign and no payload. */
  Code canonical(Code value) {
    Type floating = value.results().get(0);
    if (!floating.isFloat()) {
      return value;
    }
    int copy = locals.add(floating);
    boolean narrow = floating == Type.F32;
    Code.Builder code = Code.leaving(floating).add(value).tee(copy);
    code.constant(floating, narrow ? NAN_F32 : NAN_F64).get(copy).get(copy);
    return code.op(narrow ? EQ_F32 : EQ_F64).op(SELECT).build();
  }

  /** Takes values from the stack into variables. */
  void store(Code.Builder code, List<Type> values) {
    for (int i = values.size() - 1; i >= 0; i--) {
      code.set(choices.of(locals.of(values.get(i))));
    }
  }

  /** The blocks to which a branch may take these values. */
  List<Label> labelsFor(List<Type> carried) {
    return labels.stream().filter(label -> label.carried().equals(carried)).toList();
  }
}
