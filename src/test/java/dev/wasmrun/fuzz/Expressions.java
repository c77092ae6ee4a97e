package dev.wasmrun.fuzz;

import java.util.List;
import java.util.Optional;

/** Expressions of any type, of one function. */
final class Expressions {
  private static final int SELECT = 0x1B;
  private static final int SELECT_OF_TYPE = 0x1C;
  private static final int REF_NULL_TEST = 0xD1;
  private static final int REF_FUNC = 0xD2;
  private static final int TABLE_GET = 0x25;
  private static final int PREFIX = 0xFC;
  private static final int TABLE_GROW = 0x0F;
  private static final int TABLE_SIZE = 0x10;
  private static final int OR_I32 = 0x72;
  private static final int OR_I64 = 0x84;
  private static final int EQ_F32X4 = 0x41;
  private static final int EQ_F64X2 = 0x47;
  private static final int SPLAT_F32X4 = 0x13;
  private static final int SPLAT_F64X2 = 0x14;
  private static final int BITSELECT = 0x52;
  private static final int SHUFFLE = 0x0D;
  private static final int TRAPS_RARELY = 8;

  private final RandomFunction function;
  private final Choices choices;
  private final ModuleShape shape;
  private final Accesses accesses;
  private final ControlFlow control;

  Expressions(RandomFunction function) {
    this.function = function;
    this.choices = function.choices;
    this.shape = function.shape;
    this.accesses = new Accesses(function);
    this.control = new ControlFlow(function);
  }

  Code of(Type type, int depth) {
    if (depth <= 0 || choices.oneIn(6)) {
      return leaf(type);
    }
    int next = depth - 1;
    Optional<Code> made =
        switch (choices.below(24)) {
          case 0, 1, 2, 3, 4, 5, 6 -> operation(type, next);
          case 7, 8, 9 -> accesses.load(type, next);
          case 10, 11 -> accesses.atomic(type, next);
          case 12, 13, 14, 15, 16 -> Optional.of(control.block(List.of(type), next));
          case 17 -> select(type, next);
          case 18, 19 -> control.call(List.of(type), next);
          case 20 -> tee(type, next);
          case 21 -> control.branchUnless(List.of(type), next);
          case 22 ->
              choices.oneIn(5)
                  ? Optional.of(control.leave(List.of(type), next))
                  : special(type, next);
          default -> special(type, next);
        };
    return made.or(() -> operation(type, next)).orElseGet(() -> leaf(type));
  }

  /** Code that leaves several values at once. */
  Code together(List<Type> types, int depth) {
    return (choices.oneIn(2) ? control.call(types, depth) : control.branchUnless(types, depth))
        .orElseGet(() -> control.block(types, depth));
  }

  private Code leaf(Type type) {
    Code.Builder code = Code.leaving(type);
    List<Integer> globals = shape.globalsOf(type);
    if (!globals.isEmpty() && choices.oneIn(4)) {
      return code.getGlobal(choices.of(globals)).build();
    }
    if (type == Type.FUNCREF && choices.oneIn(2)) {
      int own = choices.between(shape.imports().size(), shape.functions().size() - 1);
      return code.op(REF_FUNC).number(own).build();
    }
    return choices.oneIn(3)
        ? code.constant(type, choices.any(type)).build()
        : code.get(choices.of(function.locals.of(type))).build();
  }

  private Optional<Code> operation(Type type, int depth) {
    List<Operation> all = Operation.of(type, shape.proposals());
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Operation operation = choices.of(all);
    boolean mayTrap = choices.oneIn(TRAPS_RARELY);
    while (operation.traps() && !operation.isDivision() && !mayTrap) {
      operation = choices.of(all);
    }
    Code.Builder code = Code.leaving(type);
    for (int i = 0; i < operation.operands().size(); i++) {
      Code operand = function.value(operation.operands().get(i), depth);
      code.add(operation.showsBits(i) ? function.canonical(operand) : operand);
    }
    if (operation.isDivision() && !mayTrap) {
      code.constant(type, 1).op(type == Type.I32 ? OR_I32 : OR_I64);
    }
    operation.opcode().forEach(b -> code.op(b));
    VectorOperations.nansOf(operation).ifPresent(lane -> canonical(code, lane));
    return Optional.of(code.build());
  }

  /**
   * Makes lanes of the vector on the stack that are NaNs the one that has no sign and no payload.
   */
  private void canonical(Code.Builder code, Type lane) {
    int copy = function.locals.add(Type.V128);
    boolean narrow = lane == Type.F32;
    code.tee(copy).get(copy).op(0xFD, narrow ? EQ_F32X4 : EQ_F64X2);
    int mask = function.locals.add(Type.V128);
    code.set(mask).get(copy);
    code.constant(lane, narrow ? 0x7FC0_0000L : 0x7FF8_0000_0000_0000L);
    code.op(0xFD, narrow ? SPLAT_F32X4 : SPLAT_F64X2).get(mask).op(0xFD, BITSELECT);
  }

  private Code shuffle(int depth) {
    Code.Builder code = Code.leaving(Type.V128);
    code.add(function.value(Type.V128, depth)).add(function.value(Type.V128, depth));
    code.op(0xFD, SHUFFLE);
    for (int i = 0; i < 16; i++) {
      code.op(choices.below(32));
    }
    return code.build();
  }

  private Optional<Code> select(Type type, int depth) {
    Code.Builder code = Code.leaving(type);
    code.add(function.value(type, depth)).add(function.value(type, depth));
    code.add(function.value(Type.I32, depth));
    boolean stated = shape.allows(Proposal.REFERENCE_TYPES) && choices.oneIn(2);
    return Optional.of(
        stated || type.isReference()
            ? code.op(SELECT_OF_TYPE, 1, type.code()).build()
            : code.op(SELECT).build());
  }

  private Optional<Code> tee(Type type, int depth) {
    int local = choices.of(function.locals.of(type));
    return Optional.of(Code.leaving(type).add(function.value(type, depth)).tee(local).build());
  }

  private Optional<Code> special(Type type, int depth) {
    if (type == Type.I32) {
      return Optional.of(sizeOrTest(depth));
    }
    if (type == Type.V128) {
      return Optional.of(choices.oneIn(2) ? shuffle(depth) : accesses.lane(false, depth));
    }
    List<Integer> tables = shape.tablesOf(type);
    if (tables.isEmpty()) {
      return Optional.empty();
    }
    Code.Builder code = Code.leaving(type);
    index(code, depth);
    return Optional.of(code.op(TABLE_GET).number(choices.of(tables)).build());
  }

  private Code sizeOrTest(int depth) {
    if (!shape.allows(Proposal.REFERENCE_TYPES) || choices.oneIn(3)) {
      return accesses.size();
    }
    Code.Builder code = Code.leaving(Type.I32);
    Type reference = choices.of(List.of(Type.FUNCREF, Type.EXTERNREF));
    int table = choices.of(shape.tablesOf(reference));
    return switch (choices.below(3)) {
      case 0 -> code.add(function.value(reference, depth)).op(REF_NULL_TEST).build();
      case 1 -> code.op(PREFIX, TABLE_SIZE).number(table).build();
      default ->
          code.add(function.value(reference, depth))
              .i32(choices.below(3))
              .op(PREFIX, TABLE_GROW)
              .number(table)
              .build();
    };
  }

  /** An index of a table, once in a while of none. */
  void index(Code.Builder code, int depth) {
    code.add(function.value(Type.I32, depth));
    if (!choices.oneIn(20)) {
      code.i32(7).op(0x71);
    }
  }
}
