package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/** The constants of 64 bits of a module: what its globals begin with, and where segments are. */
final class WideConstants {
  private static final int END = 0x0B;
  private static final int GLOBAL_GET = 0x23;
  private static final int I64_CONST = 0x42;
  private static final int I64_ADD = 0x7C;
  private static final int I64_SUB = 0x7D;
  private static final int I64_MUL = 0x7E;

  /** By their index: what each is, empty if that is imported; null for what is no such constant. */
  private final List<OptionalLong> globals = new ArrayList<>();

  /** Adds a global that is imported, which has its value when the module is linked. */
  void importGlobal() {
    globals.add(OptionalLong.empty());
  }

  /** Adds the globals that the module defines. */
  void readGlobals(ByteReader in) {
    for (long left = in.u32(); left > 0; left--) {
      int type = in.u8();
      in.skipHeapTypeOf(type);
      boolean constant = in.u8() == 0;
      if (constant && type == ValType.ID.I64) {
        globals.add(known(in));
      } else {
        InstructionCursor.skipExpression(in);
        globals.add(null);
      }
    }
  }

  /**
   * The value of an expression of numbers of 64 bits.
   *
   * @throws InvalidException if it is no such expression
   * @throws ChicoryException if it depends on what is imported
   */
  long value(ByteReader in) {
    return known(in)
        .orElseThrow(
            () ->
                new ChicoryException(
                    "where a segment begins in a memory or table with 64-bit addresses is an imported"
                        + " global here, which this runtime does not execute; build for wasm32"));
  }

  /** The same; empty if it depends on what is imported. */
  private OptionalLong known(ByteReader in) {
    var cursor = InstructionCursor.ofExpression(in);
    Deque<Long> stack = new ArrayDeque<>();
    boolean known = true;
    while (cursor.next() && cursor.opcode() != END) {
      switch (cursor.opcode()) {
        case I64_CONST -> stack.push(cursor.operand());
        case I64_ADD, I64_SUB, I64_MUL -> {
          if (stack.size() < 2) {
            throw notWide();
          }
          long second = stack.pop();
          long first = stack.pop();
          stack.push(
              switch (cursor.opcode()) {
                case I64_ADD -> first + second;
                case I64_SUB -> first - second;
                default -> first * second;
              });
        }
        case GLOBAL_GET -> {
          OptionalLong value =
              cursor.operand() < globals.size() ? globals.get((int) cursor.operand()) : null;
          if (value == null) {
            throw notWide();
          }
          known &= value.isPresent();
          stack.push(value.orElse(0));
        }
        default -> throw notWide();
      }
    }
    if (stack.size() != 1) {
      throw notWide();
    }
    return known ? OptionalLong.of(stack.pop()) : OptionalLong.empty();
  }

  private static InvalidException notWide() {
    return new InvalidException("type mismatch, a segment's offset must be one i64");
  }
}
