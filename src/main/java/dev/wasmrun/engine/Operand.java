package dev.wasmrun.engine;

import java.util.Optional;
import java.util.OptionalInt;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * What a comparison takes from the stack, in a simple case: a constant, a local variable, or a
 * local variable to which a constant has just been added.
 *
 * @param start the first of the instructions that push it
 * @param last the last one
 * @param variable the local variable; empty for a constant
 * @param step what has just been added
 */
record Operand(
    AbstractInsnNode start, AbstractInsnNode last, OptionalInt variable, OptionalInt step) {

  /** The operand that these instructions push, if it is simple. */
  static Optional<Operand> endingWith(AbstractInsnNode last) {
    if (last instanceof VarInsnNode local && local.getOpcode() == Opcodes.ILOAD) {
      return Optional.of(new Operand(last, last, OptionalInt.of(local.var), OptionalInt.empty()));
    }
    if (last instanceof VarInsnNode local
        && local.getOpcode() == Opcodes.ISTORE
        && local.getPrevious().getOpcode() == Opcodes.DUP) {
      AbstractInsnNode sum = local.getPrevious().getPrevious();
      OptionalInt step = step(sum, local.var);
      return step.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Operand(sum.getPrevious().getPrevious(), last, OptionalInt.of(local.var), step));
    }
    return Rewrite.constant(last)
        .filter(Integer.class::isInstance)
        .map(number -> new Operand(last, last, OptionalInt.empty(), OptionalInt.empty()));
  }

  /** An instruction that pushes it, in another place. */
  AbstractInsnNode push() {
    return variable.isPresent()
        ? new VarInsnNode(Opcodes.ILOAD, variable.getAsInt())
        : last.clone(null);
  }

  /** What an instruction adds to this variable, if that is a constant. */
  static OptionalInt step(AbstractInsnNode sum, int variable) {
    boolean adds = sum.getOpcode() == Opcodes.IADD;
    AbstractInsnNode addend = sum.getPrevious();
    if (!adds && sum.getOpcode() != Opcodes.ISUB
        || !(addend.getPrevious() instanceof VarInsnNode local)
        || local.getOpcode() != Opcodes.ILOAD
        || local.var != variable) {
      return OptionalInt.empty();
    }
    Optional<Integer> constant =
        Rewrite.constant(addend).filter(Integer.class::isInstance).map(Integer.class::cast);
    return constant.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(adds ? constant.get() : -constant.get());
  }
}
