package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.runtime.WasmException;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.runtime.Exceptions;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Short forms of what generated methods consist of. */
final class Asm {
  static final String LONGS = "[J";
  static final String EXCEPTION = Type.getInternalName(WasmException.class);
  static final String EXCEPTIONS = "[L" + EXCEPTION + ";";
  private static final String NUMBERS = Type.getInternalName(Exceptions.class);

  final MethodVisitor out;

  Asm(MethodVisitor out) {
    this.out = out;
  }

  static String descriptor(Kind kind) {
    return switch (kind) {
      case INT -> "I";
      case LONG -> "J";
      case FLOAT -> "F";
      case DOUBLE -> "D";
      case EXCEPTION -> "L" + EXCEPTION + ";";
      case VECTOR -> LaneMethods.VECTOR;
      case NOTHING -> "";
    };
  }

  /** What a frame calls a variable of this kind. */
  static Object frameType(Kind kind) {
    return switch (kind) {
      case INT -> Opcodes.INTEGER;
      case LONG -> Opcodes.LONG;
      case FLOAT -> Opcodes.FLOAT;
      case DOUBLE -> Opcodes.DOUBLE;
      case EXCEPTION -> EXCEPTION;
      case VECTOR -> LaneShape.BYTES;
      case NOTHING -> throw new IllegalArgumentException("nothing is in no variable");
    };
  }

  /** An instruction for ints as that for a kind. */
  static int opcode(int forInt, Kind kind) {
    return Type.getType(descriptor(kind)).getOpcode(forInt);
  }

  void insn(int... opcodes) {
    for (int opcode : opcodes) {
      out.visitInsn(opcode);
    }
  }

  void load(Kind kind, int slot) {
    if (kind != Kind.NOTHING) {
      out.visitVarInsn(opcode(ILOAD, kind), slot);
    }
  }

  void store(Kind kind, int slot) {
    if (kind != Kind.NOTHING) {
      out.visitVarInsn(opcode(ISTORE, kind), slot);
    }
  }

  void loadObject(int slot) {
    out.visitVarInsn(ALOAD, slot);
  }

  void storeObject(int slot) {
    out.visitVarInsn(ASTORE, slot);
  }

  void returns(Kind kind) {
    insn(opcode(IRETURN, kind));
  }

  void pop(Kind kind) {
    if (kind != Kind.NOTHING) {
      insn(kind.slots() == 2 ? POP2 : POP);
    }
  }

  void jump(int opcode, Label to) {
    out.visitJumpInsn(opcode, to);
  }

  void constant(int value) {
    if (value >= -1 && value <= 5) {
      insn(ICONST_0 + value);
    } else if (value == (byte) value) {
      out.visitIntInsn(BIPUSH, value);
    } else if (value == (short) value) {
      out.visitIntInsn(SIPUSH, value);
    } else {
      out.visitLdcInsn(value);
    }
  }

  void constant(long value) {
    if (value == 0 || value == 1) {
      insn(value == 0 ? LCONST_0 : LCONST_1);
    } else if (value == (short) value) {
      constant((int) value);
      insn(I2L);
    } else {
      out.visitLdcInsn(value);
    }
  }

  /** A float, of which every bit is kept. */
  void constantFloat(int bits) {
    if (bits == 0) {
      insn(FCONST_0);
    } else if (Float.isNaN(Float.intBitsToFloat(bits))) {
      constant(bits);
      call("java/lang/Float", "intBitsToFloat", "(I)F");
    } else {
      out.visitLdcInsn(Float.intBitsToFloat(bits));
    }
  }

  /** A double, of which every bit is kept. */
  void constantDouble(long bits) {
    if (bits == 0) {
      insn(DCONST_0);
    } else if (Double.isNaN(Double.longBitsToDouble(bits))) {
      constant(bits);
      call("java/lang/Double", "longBitsToDouble", "(J)D");
    } else {
      out.visitLdcInsn(Double.longBitsToDouble(bits));
    }
  }

  /** What a local variable begins with. */
  void zero(Kind kind) {
    switch (kind) {
      case INT -> insn(ICONST_0);
      case LONG -> insn(LCONST_0);
      case FLOAT -> insn(FCONST_0);
      case DOUBLE -> insn(DCONST_0);
      case EXCEPTION -> insn(ACONST_NULL);
      case VECTOR -> {
        insn(LCONST_0, LCONST_0);
        joinHalves();
      }
      case NOTHING -> {}
    }
  }

  /** Makes a whole vector of the two halves on the stack. */
  void joinHalves() {
    LaneMethods.call(out, LaneMethods.OF, "(JJ)" + LaneMethods.VECTOR);
  }

  /** Makes one of its halves of the whole vector on the stack. */
  void half(boolean high) {
    LaneMethods.call(
        out, high ? LaneMethods.HIGH : LaneMethods.LOW, "(" + LaneMethods.VECTOR + ")J");
  }

  void call(String owner, String name, String descriptor) {
    out.visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
  }

  void callVirtual(String owner, String name, String descriptor) {
    out.visitMethodInsn(INVOKEVIRTUAL, owner, name, descriptor, false);
  }

  /** From a value of a kind to the bits that the runtime has for it; an exception gets a number. */
  void toLong(Kind kind) {
    if (kind == Kind.EXCEPTION) {
      call(NUMBERS, "number", "(" + descriptor(kind) + ")I");
      insn(I2L);
    } else {
      toBits(kind);
    }
  }

  /** The way back from {@link #toLong}. */
  void fromLong(Kind kind) {
    if (kind == Kind.EXCEPTION) {
      call(NUMBERS, "numbered", "(J)" + descriptor(kind));
    } else {
      fromBits(kind);
    }
  }

  /** From a number of a kind to 64 bits. */
  void toBits(Kind kind) {
    switch (kind) {
      case INT -> insn(I2L);
      case FLOAT -> {
        call("java/lang/Float", "floatToRawIntBits", "(F)I");
        insn(I2L);
      }
      case DOUBLE -> call("java/lang/Double", "doubleToRawLongBits", "(D)J");
      default -> {}
    }
  }

  /** The way back from {@link #toBits}. */
  void fromBits(Kind kind) {
    switch (kind) {
      case INT -> insn(L2I);
      case FLOAT -> {
        insn(L2I);
        call("java/lang/Float", "intBitsToFloat", "(I)F");
      }
      case DOUBLE -> call("java/lang/Double", "longBitsToDouble", "(J)D");
      default -> {}
    }
  }

  /** From an array of values in a variable, pushes one. */
  void unbox(int array, int index, Kind kind) {
    if (kind == Kind.VECTOR) {
      unbox(array, index, Kind.LONG);
      unbox(array, index + 1, Kind.LONG);
      joinHalves();
      return;
    }
    if (kind == Kind.NOTHING) {
      return;
    }
    loadObject(array);
    constant(index);
    insn(LALOAD);
    fromLong(kind);
  }

  /** Returns what an array of results on the stack holds, from a method of these results. */
  void returnUnboxed(List<Kind> results) {
    switch (results.size()) {
      case 0 -> insn(POP, RETURN);
      case 1 -> {
        insn(ICONST_0, LALOAD);
        fromLong(results.get(0));
        returns(results.get(0));
      }
      default -> insn(ARETURN);
    }
  }

  /**
   * A switch over the number on the stack, each case of which leaves the method.
   *
   * @param variables what frames say of the method's variables
   */
  void switchOver(int[] keys, Object[] variables, IntConsumer emitCase, Runnable emitOthers) {
    var others = new Label();
    Label[] cases = Arrays.stream(keys).mapToObj(key -> new Label()).toArray(Label[]::new);
    out.visitLookupSwitchInsn(others, keys, cases);
    for (int i = 0; i < keys.length; i++) {
      out.visitLabel(cases[i]);
      out.visitFrame(Opcodes.F_NEW, variables.length, variables, 0, new Object[0]);
      emitCase.accept(keys[i]);
    }
    out.visitLabel(others);
    out.visitFrame(Opcodes.F_NEW, variables.length, variables, 0, new Object[0]);
    emitOthers.run();
  }
}
