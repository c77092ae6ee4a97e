package dev.wasmrun.compiler;

import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.runtime.Interrupts;
import dev.wasmrun.compiler.runtime.Strips;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * What generated classes promise, checked on their bytecode.
 *
 * <p>No back edge is taken more often than {@link Interrupts#INTERVAL} times without a look at the
 * interrupt flag: in front of each there is a call of {@code poll}; or it is the end of an
 * iteration of a strip, which compares how far the strip has come with its length. The length comes
 * from {@link Strips}, with a bound, and is computed behind a look.
 *
 * <pre>
 *   invokestatic poll()V
 *   …
 *   push bound                 the step times the interval at most
 *   invokestatic length(IIII)I
 *   istore length
 *   iconst_0
 *   istore done
 * body:
 *   …
 *   iinc done step
 *   iload done
 *   iload length
 *   if_icmplt body
 * </pre>
 */
public final class EmittedCode {
  /** The most bytes of a method that HotSpot compiles. */
  public static final int HUGE_METHOD = 8000;

  private static final String INTERRUPTS = Type.getInternalName(Interrupts.class);
  private static final String STRIPS = Type.getInternalName(Strips.class);

  private EmittedCode() {}

  /** Back edges by which code could run on without looking at the flag. */
  public static List<String> unpolledBackEdges(GeneratedClasses classes) {
    var found = new ArrayList<String>();
    for (byte[] bytes : classes.classes().values()) {
      var node = new ClassNode();
      new ClassReader(bytes).accept(node, ClassReader.SKIP_FRAMES);
      for (MethodNode method : node.methods) {
        unpolledBackEdges(method).forEach(edge -> found.add(node.name + "." + method.name + edge));
      }
    }
    return found;
  }

  /** How many back edges there are. */
  public static long backEdges(GeneratedClasses classes) {
    long count = 0;
    for (byte[] bytes : classes.classes().values()) {
      var node = new ClassNode();
      new ClassReader(bytes).accept(node, ClassReader.SKIP_FRAMES);
      for (MethodNode method : node.methods) {
        count += backward(method).size();
      }
    }
    return count;
  }

  private static List<AbstractInsnNode> backward(MethodNode method) {
    var found = new ArrayList<AbstractInsnNode>();
    for (AbstractInsnNode instruction : method.instructions) {
      int at = method.instructions.indexOf(instruction);
      if (targets(instruction).anyMatch(label -> method.instructions.indexOf(label) < at)) {
        found.add(instruction);
      }
    }
    return found;
  }

  private static Stream<LabelNode> targets(AbstractInsnNode instruction) {
    if (instruction instanceof JumpInsnNode jump) {
      return Stream.of(jump.label);
    }
    if (instruction instanceof TableSwitchInsnNode table) {
      return Stream.concat(table.labels.stream(), Stream.of(table.dflt));
    }
    if (instruction instanceof LookupSwitchInsnNode table) {
      return Stream.concat(table.labels.stream(), Stream.of(table.dflt));
    }
    return Stream.of();
  }

  private static List<String> unpolledBackEdges(MethodNode method) {
    return backward(method).stream()
        .filter(
            edge ->
                !isPolled(edge)
                    && !leadsToLook(method, edge)
                    && !endsIteration(method, edge)
                    && !leavesHandler(method, edge))
        .map(edge -> " at instruction " + method.instructions.indexOf(edge))
        .toList();
  }

  /** Whether a look comes before, with nothing in between that another way leads to. */
  private static boolean isPolled(AbstractInsnNode edge) {
    for (AbstractInsnNode i = edge.getPrevious(); i != null; i = i.getPrevious()) {
      if (isCall(i, INTERRUPTS, "poll")) {
        return true;
      }
      if (i.getOpcode() >= Opcodes.IFEQ && i.getOpcode() <= Opcodes.RETURN) {
        return false;
      }
    }
    return false;
  }

  /** Whether a look comes next where it leads to, unless the loop is left before. */
  private static boolean leadsToLook(MethodNode method, AbstractInsnNode edge) {
    return edge instanceof JumpInsnNode jump
        && leadsToLook(method.instructions, jump.label, method.instructions.indexOf(edge));
  }

  /** Whether from here all ways go forward, to a look or behind the back edge. */
  private static boolean leadsToLook(InsnList code, AbstractInsnNode from, int edge) {
    for (AbstractInsnNode i = from; i != null && code.indexOf(i) < edge; i = i.getNext()) {
      int here = code.indexOf(i);
      if (isCall(i, INTERRUPTS, "poll")) {
        return true;
      }
      if (!targets(i).allMatch(to -> code.indexOf(to) > here && leadsToLook(code, to, edge))) {
        return false;
      }
      if (i.getOpcode() == Opcodes.GOTO) {
        return true;
      }
    }
    return from != null && code.indexOf(from) > edge;
  }

  /**
   * Whether it leads from a handler, which is written last, to behind what the handler guards; that
   * may have gaps.
   */
  private static boolean leavesHandler(MethodNode method, AbstractInsnNode edge) {
    InsnList code = method.instructions;
    int at = code.indexOf(edge);
    int firstHandler =
        method.tryCatchBlocks.stream()
            .mapToInt(guarded -> code.indexOf(guarded.handler))
            .min()
            .orElse(Integer.MAX_VALUE);
    OptionalInt own =
        method.tryCatchBlocks.stream()
            .mapToInt(guarded -> code.indexOf(guarded.handler))
            .filter(handler -> handler < at)
            .max();
    int end =
        method.tryCatchBlocks.stream()
            .filter(guarded -> own.isPresent() && code.indexOf(guarded.handler) == own.getAsInt())
            .mapToInt(guarded -> code.indexOf(guarded.end))
            .filter(guarded -> guarded <= firstHandler)
            .max()
            .orElse(Integer.MAX_VALUE);
    return targets(edge).allMatch(to -> code.indexOf(to) >= end);
  }

  private static boolean endsIteration(MethodNode method, AbstractInsnNode edge) {
    return edge.getOpcode() == Opcodes.IF_ICMPLT
        && edge.getPrevious() instanceof VarInsnNode length
        && length.getPrevious() instanceof VarInsnNode done
        && comesFromStrips(method, length.var)
        && isClearedAtStart(method, ((JumpInsnNode) edge).label, done.var);
  }

  /** Whether all that a variable holds is 0 or a strip's length, computed behind a look. */
  private static boolean comesFromStrips(MethodNode method, int variable) {
    boolean computed = false;
    for (AbstractInsnNode i : method.instructions) {
      if (i instanceof VarInsnNode store
          && store.getOpcode() == Opcodes.ISTORE
          && store.var == variable) {
        AbstractInsnNode value = store.getPrevious();
        boolean length = isCall(value, STRIPS, "length") && isPolledBeforeComparing(value);
        if (!length && value.getOpcode() != Opcodes.ICONST_0) {
          return false;
        }
        computed |= length;
      }
    }
    return computed;
  }

  /** The condition that is asked in between is one of numbers, whose jumps lead no way back. */
  private static boolean isPolledBeforeComparing(AbstractInsnNode length) {
    AbstractInsnNode i = length;
    for (int left = 40; i != null && left > 0; left--, i = i.getPrevious()) {
      if (isCall(i, INTERRUPTS, "poll")) {
        return true;
      }
    }
    return false;
  }

  /** Whether a strip's first iteration begins with 0 done, whichever way it is reached. */
  private static boolean isClearedAtStart(MethodNode method, LabelNode body, int done) {
    AbstractInsnNode before = instructionBefore(body);
    if (before == null || before.getOpcode() != Opcodes.GOTO) {
      return isCleared(before, done);
    }
    InsnList code = method.instructions;
    List<AbstractInsnNode> ways = new ArrayList<>();
    for (AbstractInsnNode i : code) {
      if (code.indexOf(i) < code.indexOf(body) && targets(i).anyMatch(body::equals)) {
        ways.add(i);
      }
    }
    return !ways.isEmpty() && ways.stream().allMatch(way -> isCleared(way.getPrevious(), done));
  }

  private static AbstractInsnNode instructionBefore(AbstractInsnNode node) {
    AbstractInsnNode i = node.getPrevious();
    while (i != null && i.getOpcode() < 0) {
      i = i.getPrevious();
    }
    return i;
  }

  private static boolean isCleared(AbstractInsnNode i, int done) {
    return i instanceof VarInsnNode store
        && store.getOpcode() == Opcodes.ISTORE
        && store.var == done
        && store.getPrevious().getOpcode() == Opcodes.ICONST_0;
  }

  private static boolean isCall(AbstractInsnNode instruction, String owner, String name) {
    return instruction instanceof MethodInsnNode call
        && call.owner.equals(owner)
        && call.name.equals(name);
  }

  /** The methods of more than {@value #HUGE_METHOD} bytes, with how many they have. */
  public static Map<String, Integer> hugeMethods(GeneratedClasses classes) {
    var huge = new LinkedHashMap<String, Integer>();
    classes
        .classes()
        .forEach(
            (name, bytes) ->
                sizes(bytes)
                    .forEach(
                        (method, size) -> {
                          if (size > HUGE_METHOD) {
                            huge.put(name + "." + method, size);
                          }
                        }));
    return huge;
  }

  private static Map<String, Integer> sizes(byte[] bytes) {
    var ends = new HashMap<String, Label>();
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9, new ClassWriter(0)) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String type, String generic, String[] exceptions) {
                return new MethodVisitor(
                    Opcodes.ASM9, super.visitMethod(access, name, type, generic, exceptions)) {
                  @Override
                  public void visitMaxs(int stack, int locals) {
                    var end = new Label();
                    visitLabel(end);
                    ends.put(name + type, end);
                    super.visitMaxs(stack, locals);
                  }
                };
              }
            },
            0);
    var sizes = new HashMap<String, Integer>();
    ends.forEach((method, end) -> sizes.put(method, end.getOffset()));
    return sizes;
  }
}
