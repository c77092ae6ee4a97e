package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An instruction that computes a number from others.
 *
 * @param opcode its bytes
 * @param traps whether many operands make it trap
 * @param proposal what it is a part of; empty for the first version
 */
record Operation(
    List<Integer> opcode,
    List<Type> operands,
    Type result,
    boolean traps,
    Optional<Proposal> proposal) {
  static final List<Operation> ALL = all();

  private static final Set<Integer> COPY_SIGN = Set.of(0x98, 0xA6);
  private static final Set<Integer> REINTERPRET = Set.of(0xBC, 0xBD);

  /** Whether it shows the bits of a NaN in an operand, which are left to the engine. */
  boolean showsBits(int operand) {
    return result == Type.V128
        || operand == 0 && REINTERPRET.contains(opcode.get(0))
        || operand == 1 && COPY_SIGN.contains(opcode.get(0));
  }

  boolean isDivision() {
    return traps && operands.size() == 2;
  }

  /** Those that leave a type, as far as modules may use them. */
  static List<Operation> of(Type result, Set<Proposal> proposals) {
    return ALL.stream()
        .filter(operation -> operation.result == result)
        .filter(operation -> operation.proposal.map(proposals::contains).orElse(true))
        .toList();
  }

  private static List<Operation> all() {
    var all = new ArrayList<Operation>();
    for (Type type : List.of(Type.I32, Type.I64)) {
      boolean narrow = type == Type.I32;
      unary(all, narrow ? 0x45 : 0x50, 1, type, Type.I32); // eqz
      binary(all, narrow ? 0x46 : 0x51, 10, type, Type.I32); // eq … ge_u
      unary(all, narrow ? 0x67 : 0x79, 3, type, type); // clz, ctz, popcnt
      binary(all, narrow ? 0x6A : 0x7C, 3, type, type); // add, sub, mul
      trapping(all, narrow ? 0x6D : 0x7F, 4, List.of(type, type), type); // div, rem
      binary(all, narrow ? 0x71 : 0x83, 8, type, type); // and … rotr
    }
    for (Type type : List.of(Type.F32, Type.F64)) {
      boolean narrow = type == Type.F32;
      binary(all, narrow ? 0x5B : 0x61, 6, type, Type.I32); // eq … ge
      unary(all, narrow ? 0x8B : 0x99, 7, type, type); // abs … sqrt
      binary(all, narrow ? 0x92 : 0xA0, 7, type, type); // add … copysign
    }
    conversions(all);
    all.addAll(VectorOperations.all());
    return Collections.unmodifiableList(all);
  }

  private static void conversions(List<Operation> all) {
    unary(all, 0xA7, 1, Type.I64, Type.I32);
    trapping(all, 0xA8, 2, List.of(Type.F32), Type.I32);
    trapping(all, 0xAA, 2, List.of(Type.F64), Type.I32);
    unary(all, 0xAC, 2, Type.I32, Type.I64);
    trapping(all, 0xAE, 2, List.of(Type.F32), Type.I64);
    trapping(all, 0xB0, 2, List.of(Type.F64), Type.I64);
    unary(all, 0xB2, 2, Type.I32, Type.F32);
    unary(all, 0xB4, 2, Type.I64, Type.F32);
    unary(all, 0xB6, 1, Type.F64, Type.F32);
    unary(all, 0xB7, 2, Type.I32, Type.F64);
    unary(all, 0xB9, 2, Type.I64, Type.F64);
    unary(all, 0xBB, 1, Type.F32, Type.F64);
    unary(all, 0xBC, 1, Type.F32, Type.I32); // reinterpret, here and below
    unary(all, 0xBD, 1, Type.F64, Type.I64);
    unary(all, 0xBE, 1, Type.I32, Type.F32);
    unary(all, 0xBF, 1, Type.I64, Type.F64);
    for (int i = 0; i < 5; i++) {
      Type type = i < 2 ? Type.I32 : Type.I64;
      var extension = List.of(0xC0 + i);
      all.add(of(extension, List.of(type), type, Proposal.SIGN_EXTENSION));
    }
    for (int i = 0; i < 8; i++) {
      var saturating = List.of(0xFC, i);
      Type from = (i & 2) == 0 ? Type.F32 : Type.F64;
      Type to = i < 4 ? Type.I32 : Type.I64;
      all.add(of(saturating, List.of(from), to, Proposal.SATURATING_CONVERSION));
    }
  }

  private static Operation of(List<Integer> opcode, List<Type> from, Type to, Proposal proposal) {
    return new Operation(opcode, from, to, false, Optional.of(proposal));
  }

  private static void unary(List<Operation> all, int first, int count, Type from, Type to) {
    add(all, first, count, List.of(from), to, false);
  }

  private static void binary(List<Operation> all, int first, int count, Type from, Type to) {
    add(all, first, count, List.of(from, from), to, false);
  }

  private static void trapping(
      List<Operation> all, int first, int count, List<Type> from, Type to) {
    add(all, first, count, from, to, true);
  }

  private static void add(
      List<Operation> all, int first, int count, List<Type> from, Type to, boolean traps) {
    for (int i = 0; i < count; i++) {
      all.add(new Operation(List.of(first + i), from, to, traps, Optional.empty()));
    }
  }
}
