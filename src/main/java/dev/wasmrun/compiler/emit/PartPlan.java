package dev.wasmrun.compiler.emit;

import dev.wasmrun.compiler.analysis.PartUse;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.pass.Part;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * How a part of a function is called as a method.
 *
 * <p>It gets the variables that it needs as arguments, as far as they are not too many, else
 * through the frame. If it can only end by reaching its end and leaves at most one value, it
 * returns that; else it leaves everything in the frame and returns a number: 0 for its end, or one
 * more than the depth of the block that it branches to. A part with several entries gets such a
 * number too: 0 for its beginning, or the block at whose end it goes on.
 *
 * @param owner the class that has it
 * @param name its name
 * @param part what it consists of
 * @param use what it reads, writes and leaves
 * @param in the local variables that it needs, in ascending order, without those at home in the
 *     frame
 * @param out the local variables that it changes and that are read later, likewise
 * @param arguments the first how many of {@code in} and then of its operands come as arguments
 * @param direct whether it returns a value, or nothing, instead of a number
 */
record PartPlan(
    String owner,
    String name,
    Part part,
    PartUse use,
    BitSet in,
    BitSet out,
    int arguments,
    boolean direct) {
  /** HotSpot's optimizing compiler refuses methods with many more. */
  static final int MOST_ARGUMENTS = 20;

  static PartPlan of(String owner, String name, Part part, PartUse use, BitSet in, BitSet out) {
    int operands = use.entry().height() - use.low();
    int left = use.exit() == null ? 0 : use.exit().height() - use.low();
    boolean direct = use.exit() != null && use.targets().isEmpty() && out.cardinality() + left <= 1;
    return new PartPlan(
        owner,
        name,
        part,
        use,
        in,
        out,
        Math.min(MOST_ARGUMENTS, in.cardinality() + operands),
        direct);
  }

  /** Whether branches come in at ends of blocks in it; then it is told the depth of the block. */
  boolean hasEntries() {
    return !use.entries().isEmpty();
  }

  /** What it takes of the operand stack. */
  List<Kind> operands() {
    return use.entry().top(use.entry().height() - use.low());
  }

  /** What it leaves on the operand stack when it reaches its end. */
  List<Kind> left() {
    Operands exit = use.exit();
    return exit == null ? List.of() : exit.top(exit.height() - use.low());
  }

  /** Whether everything that it needs comes as arguments. */
  boolean needsNoFrame() {
    return direct && arguments == in.cardinality() + operands().size();
  }

  /** The kinds of the arguments. */
  List<Kind> argumentKinds(List<Kind> locals) {
    var kinds = new ArrayList<Kind>();
    in.stream().mapToObj(locals::get).forEach(kinds::add);
    kinds.addAll(operands());
    return kinds.subList(0, arguments);
  }

  /** The descriptor of what it returns. */
  String returned(List<Kind> locals) {
    if (!direct) {
      return "I";
    }
    if (!left().isEmpty()) {
      return Asm.descriptor(left().get(0));
    }
    return out.isEmpty() ? "V" : Asm.descriptor(locals.get(out.nextSetBit(0)));
  }
}
