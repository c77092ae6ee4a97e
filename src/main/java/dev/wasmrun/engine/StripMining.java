package dev.wasmrun.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Counting loops cut into strips of turns, between which they look at the interrupt flag. */
final class StripMining {
  /*
   * New local variables say how much the counting variable has changed in this strip, and by how much
   * it may. Comparing the two is all that a turn does in the end, which HotSpot takes for an inner loop
   * that counts: it moves bounds checks in front of it and unrolls it. It counts from 0, whatever the
   * loop's own variable begins with, because HotSpot then knows that no address overflows.
   *
   *   compared first                          compared last
   *
   *   head:  if (i >= limit) goto exit        head:  look at the flag
   *          length = length(1, i, limit)            length = length(i < limit, i, limit)
   *          done = 0                                done = 0
   *   body:  turn; i += step                  body:  turn; i += step
   *          done += step                            done += step
   *          if (done < length) goto body            if (done < length) goto body
   *          look at the flag; goto head             if (i >= limit) goto exit; goto head
   *
   * Either way there is a look whenever a loop is entered, so that loops within loops do not multiply
   * the turns between two looks.
   *
   * Loops that lie in each other have variables of their own, others share them.
   */

  private static final int VARIABLES = 2;
  private static final String STRIP = Type.getInternalName(LoopStrip.class);

  private final InsnList code;
  private final int turns;

  private StripMining(InsnList code, int turns) {
    this.code = code;
    this.turns = turns;
  }

  /**
   * Cuts the loops of a method.
   *
   * @param loops each ending after those that it contains
   * @param firstVariable the first local variable that is free
   * @param turns how many turns a strip has at most
   */
  static void apply(MethodNode method, List<CountingLoop> loops, int firstVariable, int turns) {
    var mining = new StripMining(method.instructions, turns);
    List<Integer> depths = mining.depths(loops);
    var strips = new ArrayList<Strip>();
    for (int i = 0; i < loops.size(); i++) {
      strips.add(mining.cut(loops.get(i), firstVariable + VARIABLES * depths.get(i)));
    }
    strips.forEach(StripMining::declare);
  }

  /**
   * A strip's own variables, and the code in which they have values.
   *
   * @param length by how much the loop's variable may change
   * @param done by how much it has
   */
  private record Strip(AbstractInsnNode from, AbstractInsnNode to, int length, int done) {}

  /** In how many others each loop lies. */
  private List<Integer> depths(List<CountingLoop> loops) {
    var depths = new ArrayList<Integer>();
    for (CountingLoop loop : loops) {
      int at = code.indexOf(loop.back());
      depths.add(
          (int)
              loops.stream()
                  .filter(other -> code.indexOf(other.head()) < at)
                  .filter(other -> code.indexOf(other.back()) > at)
                  .count());
    }
    return depths;
  }

  private Strip cut(CountingLoop loop, int length) {
    LabelNode body = loop.first() ? cutComparedFirst(loop, length) : cutComparedLast(loop, length);
    return new Strip(body, loop.back(), length, length + 1);
  }

  private LabelNode cutComparedFirst(CountingLoop loop, int length) {
    var begin = new InsnList();
    begin.add(new InsnNode(Opcodes.ICONST_1));
    begin.add(beginStrip(loop, length));
    LabelNode body = beginBody(loop, begin);
    code.insert(loop.exit(), begin);
    code.insertBefore(loop.back().getPrevious(), goOn(loop, length, body));
    return body;
  }

  private LabelNode cutComparedLast(CountingLoop loop, int length) {
    AbstractInsnNode exit = loop.exit();
    Optional<AbstractInsnNode> comparison =
        Optional.of(exit.getPrevious()).filter(MethodInsnNode.class::isInstance);
    AbstractInsnNode poll = loop.back().getPrevious();
    code.remove(poll);
    var begin = new InsnList();
    begin.add(poll);
    begin.add(operands(loop, comparison.isPresent()));
    comparison.ifPresent(call -> begin.add(call.clone(null)));
    if (exit.getOpcode() == Opcodes.IFNE) {
      begin.add(new InsnNode(Opcodes.ICONST_1));
      begin.add(new InsnNode(Opcodes.IXOR));
    }
    begin.add(beginStrip(loop, length));
    LabelNode body = beginBody(loop, begin);
    InsnList again = goOn(loop, length, body);
    again.add(operands(loop, comparison.isPresent()));
    removeOperands(loop, comparison.isPresent());
    code.insertBefore(comparison.orElse(exit), again);
    code.insert(loop.types(), begin);
    return body;
  }

  /**
   * What a comparison at the end of a turn takes from the stack; by itself a value is compared with
   * 0.
   */
  private static InsnList operands(CountingLoop loop, boolean both) {
    var operands = new InsnList();
    operands.add(loop.left().push());
    if (both) {
      operands.add(loop.right().push());
    }
    return operands;
  }

  /** Of a sum that was kept, only the copy goes. */
  private void removeOperands(CountingLoop loop, boolean both) {
    AbstractInsnNode variable = loop.variable().last();
    code.remove(variable.getOpcode() == Opcodes.ISTORE ? variable.getPrevious() : variable);
    if (both) {
      code.remove(loop.limit().last());
    }
  }

  private static LabelNode beginBody(CountingLoop loop, InsnList begin) {
    var body = new LabelNode();
    List<Object> types = loop.types().local;
    begin.add(body);
    begin.add(new FrameNode(Opcodes.F_NEW, types.size(), types.toArray(), 0, new Object[0]));
    return body;
  }

  private static InsnList goOn(CountingLoop loop, int length, LabelNode body) {
    int done = length + 1;
    var code = new InsnList();
    code.add(new IincInsnNode(done, Math.abs(loop.step())));
    code.add(new VarInsnNode(Opcodes.ILOAD, done));
    code.add(new VarInsnNode(Opcodes.ILOAD, length));
    code.add(new JumpInsnNode(Opcodes.IF_ICMPLT, body));
    return code;
  }

  /** Gives a strip's variables their values, whether there is to be one being on the stack. */
  private InsnList beginStrip(CountingLoop loop, int length) {
    var code = new InsnList();
    code.add((loop.ascends() ? loop.variable() : loop.limit()).push());
    code.add((loop.ascends() ? loop.limit() : loop.variable()).push());
    code.add(new LdcInsnNode(Math.abs(loop.step()) * turns));
    code.add(new MethodInsnNode(Opcodes.INVOKESTATIC, STRIP, "length", "(IIII)I"));
    code.add(new VarInsnNode(Opcodes.ISTORE, length));
    code.add(new InsnNode(Opcodes.ICONST_0));
    code.add(new VarInsnNode(Opcodes.ISTORE, length + 1));
    return code;
  }

  private static void declare(Strip strip) {
    for (AbstractInsnNode in = strip.from(); in != strip.to(); in = in.getNext()) {
      if (in instanceof FrameNode frame) {
        Frames.declareInt(frame, strip.length());
        Frames.declareInt(frame, strip.done());
      }
    }
  }
}
