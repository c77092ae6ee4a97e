package dev.wasmrun.fuzz;

import java.util.List;

/** Code that leaves nothing on the stack, of one function. */
final class Statements {
  private static final int NOP = 0x01;
  private static final int DROP = 0x1A;
  private static final int TABLE_SET = 0x26;
  private static final int AND = 0x71;
  private static final int PREFIX = 0xFC;
  private static final int TABLE_INIT = 0x0C;
  private static final int ELEM_DROP = 0x0D;
  private static final int TABLE_COPY = 0x0E;
  private static final int TABLE_FILL = 0x11;

  private final RandomFunction function;
  private final Choices choices;
  private final ModuleShape shape;
  private final Accesses accesses;
  private final ControlFlow control;

  Statements(RandomFunction function) {
    this.function = function;
    this.choices = function.choices;
    this.shape = function.shape;
    this.accesses = new Accesses(function);
    this.control = new ControlFlow(function);
  }

  Code of(int depth) {
    int next = depth - 1;
    if (depth <= 0) {
      return set(0);
    }
    return switch (choices.below(20)) {
      case 0, 1, 2 -> set(next);
      case 3, 4 -> setGlobal(next);
      case 5, 6, 7 -> accesses.store(next);
      case 8, 9, 10, 11 -> control.block(List.of(), next);
      case 12, 13 -> control.call(List.of(), next).orElseGet(() -> several(next));
      case 14 -> control.branchUnless(List.of(), next).orElseGet(() -> set(next));
      case 15 -> choices.oneIn(2) ? control.table(next) : control.ladder(next);
      case 16 -> several(next);
      case 17 -> shape.allows(Proposal.BULK_MEMORY) ? accesses.bulk(next) : drop(next);
      case 18 -> shape.allows(Proposal.REFERENCE_TYPES) ? tables(next) : drop(next);
      default -> choices.oneIn(6) ? odd(next) : drop(next);
    };
  }

  private Code set(int depth) {
    Type type = choices.of(shape.types());
    int local = choices.of(function.locals.of(type));
    return Code.leaving().add(function.value(type, depth)).set(local).build();
  }

  private Code setGlobal(int depth) {
    Type type = choices.of(shape.types());
    List<Integer> globals = shape.globalsOf(type);
    return globals.isEmpty()
        ? set(depth)
        : Code.leaving().add(function.value(type, depth)).setGlobal(choices.of(globals)).build();
  }

  private Code drop(int depth) {
    return Code.leaving().add(function.value(choices.of(shape.types()), depth)).op(DROP).build();
  }

  /** Variables that get the results of one function. */
  private Code several(int depth) {
    List<Type> types = choices.of(shape.functions()).results();
    Code.Builder code = Code.leaving().addAll(function.values(types, depth));
    function.store(code, types);
    return code.build();
  }

  private Code odd(int depth) {
    return switch (choices.below(3)) {
      case 0 -> Code.leaving().op(NOP).build();
      case 1 ->
          shape.allows(Proposal.THREADS)
              ? Code.leaving().op(0xFE, 0x03, 0x00).build()
              : drop(depth);
      default -> control.leave(List.of(), depth);
    };
  }

  private Code tables(int depth) {
    Code.Builder code = Code.leaving();
    Type type = choices.of(List.of(Type.FUNCREF, Type.EXTERNREF));
    List<Integer> tables = shape.tablesOf(type);
    int table = choices.of(tables);
    int segment = choices.below(shape.elements().size());
    int kind = choices.below(shape.allows(Proposal.BULK_MEMORY) ? 12 : 6);
    if (kind == 11) {
      return code.op(PREFIX, ELEM_DROP).number(segment).build();
    }
    masked(code, 7, depth);
    if (kind < 6) {
      return code.add(function.value(type, depth)).op(TABLE_SET).number(table).build();
    }
    if (kind == 6) {
      code.add(function.value(type, depth));
      masked(code, 1, depth);
      return code.op(PREFIX, TABLE_FILL).number(table).build();
    }
    masked(code, 3, depth);
    masked(code, 3, depth);
    return kind < 9 || type != Type.FUNCREF
        ? code.op(PREFIX, TABLE_COPY).number(table).number(choices.of(tables)).build()
        : code.op(PREFIX, TABLE_INIT).number(segment).number(table).build();
  }

  private void masked(Code.Builder code, int mask, int depth) {
    code.add(function.value(Type.I32, depth));
    if (!choices.oneIn(30)) {
      code.i32(mask).op(AND);
    }
  }
}
