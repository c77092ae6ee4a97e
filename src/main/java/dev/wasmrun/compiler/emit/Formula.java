package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.MethodVisitor;

/**
 * A method of {@link LaneMethods} that calls others: in the order in which they are calculated,
 * arguments, constants and the methods that take them.
 */
final class Formula implements Consumer<MethodVisitor> {
  private static final String V = LaneMethods.VECTOR;

  private final List<Consumer<MethodVisitor>> steps = new ArrayList<>();

  /** An argument. */
  Formula argument(int index) {
    steps.add(out -> out.visitVarInsn(ALOAD, index));
    return this;
  }

  /** A vector whose halves both are this. */
  Formula constant(long half) {
    steps.add(
        out -> {
          LaneShape.I64x2.broadcast(out, half);
          LaneShape.I64x2.toBytes(out);
        });
    return this;
  }

  /** Calls a method that takes so many vectors. */
  Formula call(int vectors, String method) {
    steps.add(out -> LaneMethods.call(out, method, "(" + V.repeat(vectors) + ")" + V));
    return this;
  }

  /** Calls a method that shifts. */
  Formula shift(String method, int by) {
    steps.add(
        out -> {
          out.visitIntInsn(BIPUSH, by);
          LaneMethods.call(out, method, "(" + V + "I)" + V);
        });
    return this;
  }

  @Override
  public void accept(MethodVisitor out) {
    steps.forEach(step -> step.accept(out));
  }
}
