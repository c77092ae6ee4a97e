package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.code.VectorForm;
import dev.wasmrun.compiler.code.VectorOp;
import dev.wasmrun.compiler.pass.Part;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * Adds the instructions on vectors as objects of the Vector API, by calls of {@link LaneMethods}.
 * What it has no method for is left to {@link VectorEmitter}, with the halves of the operands.
 */
abstract class WholeVectorEmitter extends MemoryEmitter {
  private static final String V = LaneMethods.VECTOR;
  private static final int BYTES = 16;

  WholeVectorEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  /** Emits an instruction, if there is something for whole vectors. */
  boolean emitWhole(Op op) {
    VectorOp vector = op.vector();
    switch (vector.form()) {
      case LOAD, STORE -> accessWhole(op);
      case LOAD_SPLAT, LOAD_EXTEND, LOAD_LANE -> loadInto(op);
      case STORE_LANE -> storeLane(op);
      case SHUFFLE -> shuffle(op);
      case CONSTANT -> constantVector(op);
      default -> {
        if (!module.vectorMethods().orElseThrow().has(vector)) {
          return false;
        }
        int operands = Kind.parts(vector.operands()).size();
        load(operands);
        callWhole(op);
        replace(operands, Kind.parts(vector.results(), true));
      }
    }
    return true;
  }

  /** Loads or stores a vector in one piece, or by halves if that cannot be done. */
  private void accessWhole(Op op) {
    spillAll();
    boolean load = op.vector().form() == VectorForm.LOAD;
    Operands after = stack.pop(load ? 1 : 3);
    if (load) {
      after = after.push(Kind.parts(op.vector().results(), true));
    }
    var halves = new Label();
    var end = new Label();
    pushStore((int) op.b());
    asm.insn(DUP);
    asm.out.visitFieldInsn(GETFIELD, PlainAccesses.OWNER, "base", "J");
    asm.insn(DUP2_X1, POP2);
    asm.out.visitFieldInsn(GETFIELD, PlainAccesses.OWNER, "lastLong", "J");
    push(op, 0);
    asm.constant(op.a());
    LaneMethods.call(asm.out, LaneMethods.AT, "(JJIJ)J");
    asm.insn(DUP2);
    asm.store(Kind.LONG, place);
    asm.insn(LCONST_0, LCMP);
    asm.jump(IFEQ, halves);
    asm.load(Kind.LONG, place);
    if (load) {
      LaneMethods.call(asm.out, LaneMethods.LOAD, "(J)" + LaneMethods.VECTOR);
      variables.popOperand(op.low(), Kind.VECTOR);
    } else {
      variables.pushOperand(op.low() + 1, Kind.VECTOR);
      LaneMethods.call(asm.out, LaneMethods.STORE, "(J" + LaneMethods.VECTOR + ")V");
    }
    asm.jump(GOTO, end);
    variables.mark(halves, op.before());
    line(op.address());
    push(op, 0);
    if (!load) {
      variables.pushOperand(op.low() + 1, Kind.VECTOR);
    }
    pushStore((int) op.b());
    asm.constant(op.a());
    asm.call(
        VectorAccesses.name(sink.name()),
        load ? VectorAccesses.LOAD : VectorAccesses.STORE,
        load ? VectorAccesses.LOAD_DESCRIPTOR : VectorAccesses.STORE_DESCRIPTOR);
    if (load) {
      variables.popOperand(op.low(), Kind.VECTOR);
    }
    variables.mark(end, after);
    stack = after;
    resident = 0;
  }

  /** Loads a number and makes a vector of it, or a lane of one. */
  private void loadInto(Op op) {
    VectorOp vector = op.vector();
    int operands = Kind.parts(vector.operands()).size();
    spillAll();
    line(op.address());
    String number = number(vector);
    switch (vector.form()) {
      case LOAD_SPLAT -> {
        loadNumber(op, 0);
        LaneMethods.call(asm.out, LaneMethods.name(vector), "(" + number + ")" + V);
      }
      case LOAD_EXTEND -> {
        loadNumber(op, 0);
        // both halves, since setting one takes an instruction more, and the upper one is not used
        LaneMethods.call(asm.out, LaneMethods.BOTH, "(J)" + V);
        LaneMethods.call(asm.out, LaneMethods.name(vector), "(" + V + ")" + V);
      }
      default -> {
        variables.pushOperand(op.low() + 1, Kind.VECTOR);
        loadNumber(op, 0);
        asm.constant(op.lane());
        LaneMethods.call(asm.out, LaneMethods.name(vector), "(" + V + number + "I)" + V);
      }
    }
    resident = operands;
    replace(operands, Kind.parts(vector.results(), true));
  }

  private void storeLane(Op op) {
    VectorOp vector = op.vector();
    spillAll();
    line(op.address());
    push(op, 0);
    variables.pushOperand(op.low() + 1, Kind.VECTOR);
    asm.constant(op.lane());
    LaneMethods.call(asm.out, LaneMethods.name(vector), "(" + V + "I)" + number(vector));
    PlainAccesses.store(asm, laneType(vector), op.a(), () -> pushStore((int) op.b()));
    stack = stack.pop(Kind.parts(vector.operands()).size());
  }

  /** Halves that are the same are one instruction. */
  private void constantVector(Op op) {
    asm.constant(op.a());
    if (op.a() == op.b()) {
      LaneMethods.call(asm.out, LaneMethods.BOTH, "(J)" + V);
    } else {
      asm.constant(op.b());
      asm.joinHalves();
    }
    replace(0, Kind.parts(op.vector().results(), true));
  }

  /** i8x16.shuffle: the bytes of one vector in an order, or of both and then a choice. */
  private void shuffle(Op op) {
    int operands = Kind.parts(op.vector().operands()).size();
    byte[] order = new byte[BYTES];
    long[] ofFirst = new long[2];
    for (int i = 0; i < BYTES; i++) {
      long half = i < Long.BYTES ? op.a() : op.b();
      int shift = i % Long.BYTES * Byte.SIZE;
      int index = (int) (half >>> shift) & 2 * BYTES - 1;
      order[i] = (byte) (index % BYTES);
      ofFirst[i / Long.BYTES] |= index < BYTES ? 0xFFL << shift : 0;
    }
    load(operands);
    String method = ByteOperations.ONE;
    String descriptor = ByteOperations.ONE_DESCRIPTOR;
    if ((ofFirst[0] & ofFirst[1]) == -1) {
      asm.insn(POP);
    } else if ((ofFirst[0] | ofFirst[1]) == 0) {
      asm.insn(SWAP, POP);
    } else {
      method = ByteOperations.BOTH;
      descriptor = ByteOperations.BOTH_DESCRIPTOR;
    }
    asm.out.visitFieldInsn(GETSTATIC, sink.name(), sink.order(order), LaneShape.ORDER);
    if (method.equals(ByteOperations.BOTH)) {
      asm.constant(ofFirst[0]);
      asm.constant(ofFirst[1]);
      asm.joinHalves();
    }
    LaneMethods.call(asm.out, method, descriptor);
    replace(operands, Kind.parts(op.vector().results(), true));
  }

  /** Calls the method that computes a whole vector of its operands, which are on the stack. */
  private void callWhole(Op op) {
    VectorOp vector = op.vector();
    Kind last = vector.operands().get(vector.operands().size() - 1);
    asBits(last);
    var descriptor = new StringBuilder("(");
    for (Kind kind : vector.operands()) {
      boolean asItIs = kind == Kind.VECTOR || vector.form() == VectorForm.SHIFT;
      descriptor.append(asItIs ? Asm.descriptor(kind) : number(vector));
    }
    if (vector.hasLane()) {
      asm.constant(op.lane());
      descriptor.append('I');
    }
    Kind result = vector.results().get(0);
    boolean test = vector.form() == VectorForm.TEST;
    String number = test ? Asm.descriptor(result) : number(vector);
    descriptor.append(')').append(result == Kind.VECTOR ? V : number);
    LaneMethods.call(asm.out, LaneMethods.name(vector), descriptor.toString());
    if (result == Kind.FLOAT || result == Kind.DOUBLE) {
      asFloat(result);
    }
  }

  /** select of vectors. */
  void selectWhole() {
    load(5);
    LaneMethods.call(asm.out, LaneMethods.SELECT, "(" + V + V + "I)" + V);
    replace(5, List.of(Kind.VECTOR, Kind.NOTHING));
  }

  void loadNumber(Op op, int more) {
    push(op, 0);
    PlainAccesses.load(asm, laneType(op.vector()), op.a() + more, () -> pushStore((int) op.b()));
  }

  static Type laneType(VectorOp vector) {
    return switch (vector.bits()) {
      case Byte.SIZE -> Type.BYTE_TYPE;
      case Short.SIZE -> Type.SHORT_TYPE;
      case Integer.SIZE -> Type.INT_TYPE;
      default -> Type.LONG_TYPE;
    };
  }

  /** What methods have a lane's number as. */
  static String number(VectorOp vector) {
    return vector.bits() == Long.SIZE ? "J" : "I";
  }

  void asBits(Kind kind) {
    switch (kind) {
      case FLOAT -> asm.call("java/lang/Float", "floatToRawIntBits", "(F)I");
      case DOUBLE -> asm.call("java/lang/Double", "doubleToRawLongBits", "(D)J");
      default -> {}
    }
  }

  void asFloat(Kind kind) {
    if (kind == Kind.FLOAT) {
      asm.call("java/lang/Float", "intBitsToFloat", "(I)F");
    } else {
      asm.call("java/lang/Double", "longBitsToDouble", "(J)D");
    }
  }

  /** Pushes one of the operands, the halves of a vector counted apart. */
  void push(Op op, int index) {
    if (!code.whole() || op.before().at(op.low() + index).slots() == 2) {
      variables.pushOperand(op.low() + index, kind(op, index));
      return;
    }
    Kind kind = op.before().at(op.low() + index);
    boolean high = kind == Kind.NOTHING;
    int position = op.low() + index - (high ? 1 : 0);
    boolean vector = high || kind == Kind.VECTOR;
    variables.pushOperand(position, vector ? Kind.VECTOR : kind);
    if (vector) {
      asm.half(high);
    }
  }

  Kind kind(Op op, int index) {
    return Kind.parts(op.vector().operands()).get(index);
  }
}
