package dev.wasmrun.engine;

import static java.util.stream.Collectors.toSet;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Looks at the interrupt flag in every {@value #TURNS}th turn of a loop only, and not before
 * calling a function that calls none.
 */
final class PollingRewrite {
  /*
   * The flag is volatile: reading it makes HotSpot load again what it knows of the memory, such as
   * its limit, and so keeps it from doing that once for a loop. Instead a new local variable counts
   * down at the end of a turn:
   *
   *       goto head   becomes   iinc turns -1; iload turns; ifgt head    (the frequent way)
   *                             turns = TURNS; look at the flag; goto head
   *
   * HotSpot takes the two ways back for an inner and an outer loop, and the inner one is free of the
   * volatile read. Where a loop has a counter of its own, that one is used: see StripMining.
   *
   * Whatever runs for long still looks at the flag. Between two looks there are at most TURNS turns
   * of a function's loops, each with calls of functions that call none and in which there are as
   * many: TURNS * TURNS turns, and nothing that takes longer than an instruction of the processor,
   * for a look comes before every operation that may (BULK).
   */

  /** With 256 a busy loop sees an interrupt within a millisecond, and looking costs nothing. */
  private static final int TURNS = 256;

  private static final String SHADED = "Shaded";
  private static final String POLL = "checkInterruption";
  private static final String FUNCTION = "func_";

  /** Operations whose duration is up to an operand. */
  private static final Pattern BULK =
      Pattern.compile("memory(Copy|Fill|Init)|table(Copy|Fill|Init)");

  /** Plain accesses, all that HotSpot can do more cheaply when it knows the memory. */
  private static final Pattern ACCESS = Pattern.compile("memory(Read|Write)[A-Z][a-z]+");

  /** What calls no function of the guest or of the host, and does not take long. */
  private static final Pattern BRIEF =
      Pattern.compile(
          "memory(Read|Write|AtomicInt|AtomicLong|Pages).*|(read|write)Global|throw.*|i32_ge_u|"
              + POLL);

  private PollingRewrite() {}

  static void apply(ClassNode generated) {
    Set<String> leaves = leaves(generated);
    for (MethodNode method : generated.methods) {
      apply(method, generated.name, leaves);
    }
  }

  private static void apply(MethodNode method, String owner, Set<String> leaves) {
    int turns = method.maxLocals;
    boolean counts = false;
    List<CountingLoop> loops = countingLoops(method);
    Set<AbstractInsnNode> backs = loops.stream().map(CountingLoop::back).collect(toSet());
    var seen = new HashSet<LabelNode>();
    for (AbstractInsnNode instruction : method.instructions.toArray()) {
      if (instruction instanceof LabelNode label) {
        seen.add(label);
      } else if (instruction instanceof MethodInsnNode call) {
        if (isBulk(call)) {
          method.instructions.insertBefore(call, poll(call.owner));
        } else if (isPoll(call)
            && endsTurn(call, seen)
            && touchesMemory(call)
            && !backs.contains(call.getNext())) {
          method.instructions.insertBefore(call, countDown(turns, (JumpInsnNode) call.getNext()));
          counts = true;
        } else if (isPoll(call) && precedesCallOf(call, owner, leaves)) {
          method.instructions.remove(call);
        }
      }
    }
    if (counts) {
      method.instructions.insert(start(turns));
      declare(turns, method);
    }
    StripMining.apply(method, loops, turns + 1, TURNS);
  }

  /** The loops over memory that count and can be cut, each after those that it contains. */
  private static List<CountingLoop> countingLoops(MethodNode method) {
    var last = new LinkedHashMap<LabelNode, MethodInsnNode>();
    var seen = new HashSet<LabelNode>();
    for (AbstractInsnNode instruction : method.instructions) {
      if (instruction instanceof LabelNode label) {
        seen.add(label);
      } else if (instruction instanceof MethodInsnNode call
          && isPoll(call)
          && endsTurn(call, seen)) {
        LabelNode head = ((JumpInsnNode) call.getNext()).label;
        last.remove(head);
        last.put(head, call);
      }
    }
    return last.values().stream()
        .filter(PollingRewrite::touchesMemory)
        .flatMap(poll -> CountingLoop.closedBy((JumpInsnNode) poll.getNext()).stream())
        .filter(loop -> StripRegion.suits(method, loop))
        .toList();
  }

  /** The functions that call no others. */
  private static Set<String> leaves(ClassNode generated) {
    var leaves = new HashSet<String>();
    for (MethodNode method : generated.methods) {
      boolean brief = method.name.startsWith(FUNCTION);
      for (AbstractInsnNode instruction : method.instructions) {
        brief &= !(instruction instanceof MethodInsnNode call) || isBrief(call);
      }
      if (brief) {
        leaves.add(method.name);
      }
    }
    return leaves;
  }

  private static boolean isBrief(MethodInsnNode call) {
    return call.owner.endsWith(SHADED)
        ? BRIEF.matcher(call.name).matches()
        : Rewrite.isOperation(call) || call.owner.startsWith("java/lang/");
  }

  private static boolean isPoll(MethodInsnNode call) {
    return call.owner.endsWith(SHADED) && call.name.equals(POLL);
  }

  private static boolean isBulk(MethodInsnNode call) {
    return call.owner.endsWith(SHADED) && BULK.matcher(call.name).matches();
  }

  private static boolean endsTurn(MethodInsnNode poll, Set<LabelNode> seen) {
    return poll.getNext() instanceof JumpInsnNode jump
        && jump.getOpcode() == Opcodes.GOTO
        && seen.contains(jump.label);
  }

  /** Whether the loop that ends with this look has a plain access to memory. */
  private static boolean touchesMemory(MethodInsnNode poll) {
    LabelNode head = ((JumpInsnNode) poll.getNext()).label;
    for (AbstractInsnNode in = poll; in != head; in = in.getPrevious()) {
      if (in instanceof MethodInsnNode call
          && call.owner.endsWith(SHADED)
          && ACCESS.matcher(call.name).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Chicory loads memory and instance between looking at the flag and a call. */
  private static boolean precedesCallOf(MethodInsnNode poll, String owner, Set<String> leaves) {
    AbstractInsnNode next = poll.getNext();
    for (int i = 0; i < 2; i++) {
      if (next == null || next.getOpcode() != Opcodes.ALOAD) {
        return false;
      }
      next = next.getNext();
    }
    return next instanceof MethodInsnNode call
        && call.owner.equals(owner)
        && leaves.contains(call.name);
  }

  private static InsnList countDown(int turns, JumpInsnNode back) {
    var code = new InsnList();
    code.add(new IincInsnNode(turns, -1));
    code.add(new VarInsnNode(Opcodes.ILOAD, turns));
    code.add(new JumpInsnNode(Opcodes.IFGT, back.label));
    code.add(start(turns));
    return code;
  }

  private static InsnList start(int turns) {
    var code = new InsnList();
    code.add(new IntInsnNode(Opcodes.SIPUSH, TURNS));
    code.add(new VarInsnNode(Opcodes.ISTORE, turns));
    return code;
  }

  private static MethodInsnNode poll(String shaded) {
    return new MethodInsnNode(Opcodes.INVOKESTATIC, shaded, POLL, "()V");
  }

  /** Adds the new variable, which always has a value, to every frame. */
  private static void declare(int turns, MethodNode method) {
    for (AbstractInsnNode instruction : method.instructions) {
      if (instruction instanceof FrameNode frame) {
        Frames.declareInt(frame, turns);
      }
    }
  }
}
