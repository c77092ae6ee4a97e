package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The instructions on vectors, but for constants, shuffles and accesses to memory. */
final class VectorOperations {
  private static final int PREFIX = 0xFD;
  private static final int MORE = 0x80;
  private static final Type V = Type.V128;

  private static final int[] UNUSED = {
    0x9A, 0xA2, 0xA5, 0xA6, 0xAF, 0xB0, 0xB2, 0xB3, 0xB4, 0xBB, 0xC2, 0xC5, 0xC6, 0xCF, 0xD0, 0xD2,
    0xD3, 0xD4, 0xE2, 0xEE
  };

  /** What leaves lanes of a type that may be NaNs whose bits are left to the engine. */
  private static final Map<Integer, Type> NANS = nans();

  private VectorOperations() {}

  static List<Operation> all() {
    var all = new ArrayList<Operation>();
    lanes(all);
    one(all, List.of(V, V), V, 0x0E); // swizzle
    range(all, 0x23, 0x4C, List.of(V, V), V);
    one(all, List.of(V), V, 0x4D);
    range(all, 0x4E, 0x51, List.of(V, V), V);
    one(all, List.of(V, V, V), V, 0x52);
    one(all, List.of(V), Type.I32, 0x53, 0x63, 0x64, 0x83, 0x84, 0xA3, 0xA4, 0xC3, 0xC4);
    for (int code = 0x5E; code <= 0xFF; code++) {
      if (isNumeric(code)) {
        one(all, operands(code), V, code);
      }
    }
    one(all, List.of(V, V), V, 0x100, 0x10D, 0x10E, 0x10F, 0x110, 0x111, 0x112);
    range(all, 0x101, 0x104, List.of(V), V);
    range(all, 0x105, 0x10C, List.of(V, V, V), V);
    one(all, List.of(V, V, V), V, 0x113);
    return all;
  }

  /** The lanes of a result that may be NaNs, if any may. */
  static Optional<Type> nansOf(Operation operation) {
    return operation.opcode().get(0) == PREFIX
        ? Optional.ofNullable(NANS.get(number(operation.opcode())))
        : Optional.empty();
  }

  private static int number(List<Integer> opcode) {
    int low = opcode.get(1);
    return low < MORE ? low : low & MORE - 1 | opcode.get(2) << 7;
  }

  private static Map<Integer, Type> nans() {
    var nans = new HashMap<Integer, Type>();
    for (int code :
        List.of(
            0x5E, 0x67, 0x68, 0x69, 0x6A, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0x105, 0x106,
            0x10D, 0x10E)) {
      nans.put(code, Type.F32);
    }
    for (int code :
        List.of(
            0x5F, 0x74, 0x75, 0x7A, 0x94, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0x107, 0x108,
            0x10F, 0x110)) {
      nans.put(code, Type.F64);
    }
    return nans;
  }

  private static void lanes(List<Operation> all) {
    Type[] types = {Type.I32, Type.I32, Type.I32, Type.I64, Type.F32, Type.F64};
    int[] counts = {16, 8, 4, 2, 4, 2};
    int code = 0x15;
    for (int i = 0; i < types.length; i++) {
      one(all, List.of(types[i]), V, 0x0F + i);
      for (int extract = i < 2 ? 2 : 1; extract > 0; extract--) {
        for (int lane = 0; lane < counts[i]; lane += 1 + counts[i] / 4) {
          add(all, List.of(PREFIX, code, lane), List.of(V), types[i]);
        }
        code++;
      }
      for (int lane = 0; lane < counts[i]; lane += 1 + counts[i] / 4) {
        add(all, List.of(PREFIX, code, lane), List.of(V, types[i]), V);
      }
      code++;
    }
  }

  private static boolean isNumeric(int code) {
    for (int unused : UNUSED) {
      if (code == unused) {
        return false;
      }
    }
    return switch (code) {
      case 0x63, 0x64, 0x83, 0x84, 0xA3, 0xA4, 0xC3, 0xC4 -> false;
      default -> true;
    };
  }

  private static List<Type> operands(int code) {
    return switch (code) {
      case 0x6B, 0x6C, 0x6D, 0x8B, 0x8C, 0x8D, 0xAB, 0xAC, 0xAD, 0xCB, 0xCC, 0xCD ->
          List.of(V, Type.I32); // shifts
      case 0x65, 0x66, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0x73, 0x76, 0x77, 0x78, 0x79, 0x7B ->
          List.of(V, V);
      case 0x82, 0x85, 0x86, 0x8E, 0x8F, 0x90, 0x91, 0x92, 0x93 -> List.of(V, V);
      case 0x95, 0x96, 0x97, 0x98, 0x99, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F -> List.of(V, V);
      case 0xAE, 0xB1, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBC, 0xBD, 0xBE, 0xBF -> List.of(V, V);
      case 0xCE, 0xD1, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF ->
          List.of(V, V);
      case 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB -> List.of(V, V);
      case 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7 -> List.of(V, V);
      default -> List.of(V);
    };
  }

  private static void range(List<Operation> all, int first, int last, List<Type> from, Type to) {
    for (int code = first; code <= last; code++) {
      one(all, from, to, code);
    }
  }

  private static void one(List<Operation> all, List<Type> from, Type to, int... codes) {
    for (int code : codes) {
      add(
          all,
          code < MORE ? List.of(PREFIX, code) : List.of(PREFIX, code & MORE - 1 | MORE, code >>> 7),
          from,
          to);
    }
  }

  private static void add(List<Operation> all, List<Integer> opcode, List<Type> from, Type to) {
    all.add(new Operation(opcode, from, to, false, Optional.of(Proposal.SIMD)));
  }
}
