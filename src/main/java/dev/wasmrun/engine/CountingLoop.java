package dev.wasmrun.engine;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * A loop of generated code in which every turn adds a constant to a local variable of 32 bits and
 * goes on depending on how that compares with something that stays the same.
 *
 * @param types of the local variables at the head, where every turn begins; the stack is empty
 * @param first whether the comparison is what a turn begins with, rather than what it ends with
 * @param left the comparison's first operand
 * @param right its second, which is no instruction of the code where it is an implicit 0
 * @param variable that operand which counts
 * @param step what every turn adds, not 0
 * @param exit the jump that leaves the loop, after the comparison
 * @param back the jump to the head, after a look at the interrupt flag
 */
record CountingLoop(
    FrameNode types,
    boolean first,
    Operand left,
    Operand right,
    Operand variable,
    int step,
    JumpInsnNode exit,
    JumpInsnNode back) {
  /** A longer step is none through an array, nor one that an instruction can add. */
  private static final int LONGEST_STEP = Short.MAX_VALUE;

  private static final String IS_NOT = "NE";
  private static final Pattern COMPARISON = Pattern.compile("I32_(EQ|NE|LT|GT|LE|GE)(_[SU])?");
  private static final Map<String, String> OPPOSITE =
      Map.of("EQ", IS_NOT, IS_NOT, "EQ", "LT", "GE", "GE", "LT", "GT", "LE", "LE", "GT");
  private static final Map<String, String> EXCHANGED =
      Map.of("EQ", "EQ", IS_NOT, IS_NOT, "LT", "GT", "GT", "LT", "LE", "GE", "GE", "LE");
  private static final Set<String> FOR_ASCENDING = Set.of(IS_NOT, "LT", "LE");
  private static final Set<String> FOR_DESCENDING = Set.of(IS_NOT, "GT", "GE");

  /**
   * The loop that this jump back closes, if it counts.
   *
   * @param back the last one to its head, after a look at the interrupt flag
   */
  static Optional<CountingLoop> closedBy(JumpInsnNode back) {
    FrameNode types = typesAt(back.label);
    if (types == null || !types.stack.isEmpty()) {
      return Optional.empty();
    }
    AbstractInsnNode last = back.getPrevious().getPrevious();
    return of(types, false, last, back).or(() -> of(types, true, firstJumpAfter(types), back));
  }

  LabelNode head() {
    return back.label;
  }

  /** What the variable is compared with. */
  Operand limit() {
    return variable == left ? right : left;
  }

  boolean ascends() {
    return step > 0;
  }

  private static Optional<CountingLoop> of(
      FrameNode types, boolean first, AbstractInsnNode instruction, JumpInsnNode back) {
    if (!(instruction instanceof JumpInsnNode exit)
        || exit.getOpcode() != Opcodes.IFEQ && exit.getOpcode() != Opcodes.IFNE) {
      return Optional.empty();
    }
    String holds = IS_NOT; // A value by itself is compared with 0.
    var right = Operand.endingWith(new InsnNode(Opcodes.ICONST_0));
    AbstractInsnNode before = exit.getPrevious();
    if (before instanceof MethodInsnNode call) {
      Matcher name = COMPARISON.matcher(call.name.toUpperCase(Locale.ROOT));
      right = name.matches() ? Operand.endingWith(call.getPrevious()) : Optional.empty();
      if (right.isEmpty()) {
        return Optional.empty();
      }
      holds = name.group(1);
      before = right.get().start().getPrevious();
    }
    Optional<Operand> left = Operand.endingWith(before);
    if (left.isEmpty() || first && left.get().start().getPrevious() != types) {
      return Optional.empty();
    }
    String goesOn = exit.getOpcode() == Opcodes.IFEQ ? holds : OPPOSITE.get(holds);
    var loop = new CountingLoop(types, first, left.get(), right.get(), left.get(), 0, exit, back);
    return loop.counting(goesOn)
        .or(() -> loop.withVariable(loop.right).counting(EXCHANGED.get(goesOn)));
  }

  private CountingLoop withVariable(Operand operand) {
    return new CountingLoop(types, first, left, right, operand, step, exit, back);
  }

  /**
   * This with its step, if it is as the class says.
   *
   * @param goesOn how the variable compares with the limit as long as there are turns
   */
  private Optional<CountingLoop> counting(String goesOn) {
    if (variable.variable().isEmpty()
        || limit().step().isPresent()
        || first && variable.step().isPresent()) {
      return Optional.empty();
    }
    int counter = variable.variable().getAsInt();
    OptionalInt step =
        variable.step().isPresent()
            ? variable.step()
            : stepBefore(first ? back : left.start(), counter);
    boolean counts =
        step.isPresent()
            && step.getAsInt() != 0
            && Math.abs((long) step.getAsInt()) <= LONGEST_STEP
            && (step.getAsInt() > 0 ? FOR_ASCENDING : FOR_DESCENDING).contains(goesOn)
            && !contains(exit.label)
            && stores(counter) == 1
            && (limit().variable().isEmpty() || stores(limit().variable().getAsInt()) == 0);
    return counts
        ? Optional.of(
            new CountingLoop(types, first, left, right, variable, step.getAsInt(), exit, back))
        : Optional.empty();
  }

  /** What is added to a variable in every turn: by code before this, to which no jump leads. */
  private static OptionalInt stepBefore(AbstractInsnNode end, int variable) {
    for (AbstractInsnNode in = end.getPrevious();
        in != null && !(in instanceof LabelNode);
        in = in.getPrevious()) {
      if (in instanceof VarInsnNode store
          && store.getOpcode() == Opcodes.ISTORE
          && store.var == variable) {
        AbstractInsnNode stored = in.getPrevious();
        return Operand.step(
            stored.getOpcode() == Opcodes.DUP ? stored.getPrevious() : stored, variable);
      }
    }
    return OptionalInt.empty();
  }

  /** How many instructions of the loop store to a variable. */
  private int stores(int variable) {
    int stores = 0;
    for (AbstractInsnNode in = back; in != head(); in = in.getPrevious()) {
      if (in instanceof VarInsnNode store
          && store.getOpcode() == Opcodes.ISTORE
          && store.var == variable) {
        stores++;
      }
    }
    return stores;
  }

  private boolean contains(LabelNode label) {
    AbstractInsnNode in = back;
    while (in != head() && in != label) {
      in = in.getPrevious();
    }
    return in == label;
  }

  private static FrameNode typesAt(LabelNode label) {
    AbstractInsnNode next = label.getNext();
    while (next != null && next.getOpcode() < 0 && !(next instanceof FrameNode)) {
      next = next.getNext();
    }
    return next instanceof FrameNode frame ? frame : null;
  }

  private static AbstractInsnNode firstJumpAfter(FrameNode types) {
    AbstractInsnNode next = types.getNext();
    while (next.getOpcode() >= 0 && !(next instanceof JumpInsnNode)) {
      next = next.getNext();
    }
    return next;
  }
}
