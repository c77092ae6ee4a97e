package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.VectorOp;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Access;
import dev.wasmrun.compiler.runtime.VectorAccess;
import java.util.List;
import org.objectweb.asm.Type;

/**
 * Adds the instructions on vectors as two numbers of 64 bits. Each half of a result is computed by
 * a call of the instruction's method.
 *
 * <p>A call needs operands in another order than they are pushed in, and some of them twice; so
 * they are put away first.
 */
abstract class VectorEmitter extends WholeVectorEmitter {
  private static final String PACKAGE =
      Type.getInternalName(Access.class)
          .substring(0, Type.getInternalName(Access.class).lastIndexOf('/') + 1);
  private static final String WHOLE = Type.getInternalName(VectorAccess.class);

  VectorEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  void vector(Op op) {
    if (code.whole() && emitWhole(op)) {
      return;
    }
    VectorOp vector = op.vector();
    int operands = Kind.parts(vector.operands()).size();
    spillAll();
    if (vector.form().isAccess()) {
      line(op.address());
      accessVector(op);
    } else {
      compute(op);
    }
    if (code.whole() && vector.results().contains(Kind.VECTOR)) {
      asm.joinHalves();
    }
    resident = operands;
    replace(operands, Kind.parts(vector.results(), code.whole()));
  }

  private void compute(Op op) {
    VectorOp vector = op.vector();
    switch (vector.form()) {
      case HALVES, SHIFT -> {
        half(op, 0);
        half(op, 1);
      }
      case SPLAT -> {
        pushScalar(op, 0);
        splat(vector);
      }
      case EXTRACT_LANE -> {
        push(op, halfOf(op));
        extractLane(op);
        if (vector.results().get(0) == Kind.FLOAT || vector.results().get(0) == Kind.DOUBLE) {
          asFloat(vector.results().get(0));
        }
      }
      case REPLACE_LANE -> replaceLane(op, 0, () -> pushScalar(op, 2));
      case LOW -> extend(op, 0);
      case HIGH -> extend(op, 1);
      case NARROW -> {
        pushRange(op, 0, 2);
        call(vector, "(JJ)J");
        pushRange(op, 2, 4);
        call(vector, "(JJ)J");
      }
      case NARROW_ZERO -> {
        pushRange(op, 0, 2);
        call(vector, "(JJ)J");
        asm.constant(0L);
      }
      case TEST -> {
        pushRange(op, 0, 2);
        call(vector, "(JJ)I");
      }
      case SWIZZLE -> {
        for (int half = 0; half < 2; half++) {
          pushRange(op, 0, 2);
          push(op, 2 + half);
          call(vector, "(JJJ)J");
        }
      }
      case SHUFFLE -> {
        for (int half = 0; half < 2; half++) {
          pushRange(op, 0, 4);
          asm.constant(half == 0 ? op.a() : op.b());
          call(vector, "(JJJJJ)J");
        }
      }
      case CONSTANT -> {
        asm.constant(op.a());
        asm.constant(op.b());
      }
      default -> throw new IllegalStateException("an access: " + vector);
    }
  }

  private void accessVector(Op op) {
    VectorOp vector = op.vector();
    locate(op, (int) op.b());
    switch (vector.form()) {
      case LOAD -> loadWhole(op);
      case STORE -> storeWhole(op);
      case LOAD_EXTEND -> {
        loadNumber(op, 0);
        asm.insn(DUP2, ICONST_0);
        call(vector, "(JI)J");
        asm.insn(DUP2_X2, POP2, ICONST_1);
        call(vector, "(JI)J");
      }
      case LOAD_SPLAT -> {
        loadNumber(op, 0);
        splat(vector);
      }
      case LOAD_ZERO -> {
        loadNumber(op, 0);
        if (vector.bits() < Long.SIZE) {
          asm.call("java/lang/Integer", "toUnsignedLong", "(I)J");
        }
        asm.constant(0L);
      }
      case LOAD_LANE -> replaceLane(op, 1, () -> loadNumber(op, 0));
      case STORE_LANE -> {
        push(op, 0);
        push(op, 1 + halfOf(op));
        extractLane(op);
        PlainAccesses.store(asm, laneType(vector), op.a(), () -> pushStore((int) op.b()));
      }
      default -> throw new IllegalStateException("no access: " + vector);
    }
  }

  /** Loads both halves; observers are told of one access. */
  private void loadWhole(Op op) {
    if (module.observed()) {
      push(op, 0);
      asm.constant((int) op.a());
      pushMemory((int) op.b());
      asm.call(WHOLE, "load", "(IIL" + MEMORY + ";)" + Asm.LONGS);
      asm.storeObject(array);
      asm.unbox(array, 0, Kind.LONG);
      asm.unbox(array, 1, Kind.LONG);
    } else {
      loadNumber(op, 0);
      loadNumber(op, Long.BYTES);
    }
  }

  /** Stores both halves, the upper one first: if any of it is outside, the end of that is. */
  private void storeWhole(Op op) {
    if (module.observed()) {
      pushRange(op, 0, 3);
      asm.constant((int) op.a());
      pushMemory((int) op.b());
      asm.call(WHOLE, "store", "(IJJIL" + MEMORY + ";)V");
      return;
    }
    for (int half = 1; half >= 0; half--) {
      push(op, 0);
      push(op, 1 + half);
      long offset = op.a() + (long) half * Long.BYTES;
      PlainAccesses.store(asm, Type.LONG_TYPE, offset, () -> pushStore((int) op.b()));
    }
  }

  /** Pushes a half of the result, of the same halves of the operands and what is not a vector. */
  private void half(Op op, int half) {
    var descriptor = new StringBuilder("(");
    int at = 0;
    for (Kind kind : op.vector().operands()) {
      boolean whole = kind == Kind.VECTOR;
      push(op, whole ? at + half : at);
      descriptor.append(whole ? "J" : Asm.descriptor(kind));
      at += whole ? 2 : 1;
    }
    call(op.vector(), descriptor.append(")J").toString());
  }

  private void splat(VectorOp vector) {
    call(vector, "(" + number(vector) + ")J");
    asm.insn(DUP2);
  }

  private void extractLane(Op op) {
    asm.constant(op.lane() % op.vector().lanesOfHalf());
    call(op.vector(), "(JI)" + number(op.vector()));
  }

  /**
   * Pushes a vector with one lane replaced.
   *
   * @param first which of the operands is the lower half of the vector
   * @param pushNumber pushes what is to be in the lane
   */
  private void replaceLane(Op op, int first, Runnable pushNumber) {
    for (int half = 0; half < 2; half++) {
      push(op, first + half);
      if (half == halfOf(op)) {
        asm.constant(op.lane() % op.vector().lanesOfHalf());
        pushNumber.run();
        call(op.vector(), "(JI" + number(op.vector()) + ")J");
      }
    }
  }

  private void extend(Op op, int half) {
    int vectors = op.vector().operands().size();
    for (int part = 0; part < 2; part++) {
      for (int i = 0; i < vectors; i++) {
        push(op, 2 * i + half);
      }
      asm.constant(part);
      call(op.vector(), "(" + "J".repeat(vectors) + "I)J");
    }
  }

  private static int halfOf(Op op) {
    return op.lane() / op.vector().lanesOfHalf();
  }

  /** Pushes an operand that is no vector, floating-point ones as their bits. */
  private void pushScalar(Op op, int index) {
    push(op, index);
    asBits(kind(op, index));
  }

  private void pushRange(Op op, int from, int to) {
    for (int i = from; i < to; i++) {
      push(op, i);
    }
  }

  private void call(VectorOp vector, String descriptor) {
    asm.call(PACKAGE + vector.owner(), vector.method(), descriptor);
  }

  /** select of vectors: of each half. */
  void selectVector(Op op) {
    if (code.whole()) {
      selectWhole();
      return;
    }
    spillAll();
    for (int half = 0; half < 2; half++) {
      variables.pushOperand(op.low() + half, Kind.LONG);
      variables.pushOperand(op.low() + 2 + half, Kind.LONG);
      variables.pushOperand(op.low() + 4, Kind.INT);
      Operations.select(asm, Kind.LONG);
    }
    resident = 5;
    replace(5, List.of(Kind.LONG, Kind.LONG));
  }
}
