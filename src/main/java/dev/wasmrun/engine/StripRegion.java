package dev.wasmrun.engine;

import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * The instructions in which the variables of a loop's strip have values: from the place where a
 * strip begins to the loop's jump back, both of them excluded.
 */
final class StripRegion {
  /*
   * Chicory lays a loop out from its head to its last jump back. With several levels that one can lie
   * within another loop that has begun later (`continue outer`), and a handler can be within the
   * loop that it leaves. Code from outside then gets into the region past its beginning, where the
   * frames promise variables that have no value, and the class does not verify.
   */

  private final MethodNode method;
  private final InsnList code;
  private final AbstractInsnNode before;
  private final int first;
  private final int last;

  private StripRegion(MethodNode method, CountingLoop loop) {
    this.method = method;
    this.code = method.instructions;
    this.before = loop.first() ? loop.exit() : loop.types();
    this.first = code.indexOf(before) + 1;
    this.last = code.indexOf(loop.back()) - 1;
  }

  /** Whether the loop can be cut into strips so that the class verifies. */
  static boolean suits(MethodNode method, CountingLoop loop) {
    var region = new StripRegion(method, loop);
    return !region.beginsWithFrame() && !region.isEnteredByJump() && !region.isEnteredByHandler();
  }

  /** A strip begins with a frame, and no instruction has two. */
  private boolean beginsWithFrame() {
    AbstractInsnNode next = before.getNext();
    while (next.getOpcode() < 0 && !(next instanceof FrameNode)) {
      next = next.getNext();
    }
    return next instanceof FrameNode;
  }

  private boolean isEnteredByJump() {
    for (AbstractInsnNode instruction : code) {
      if (!contains(instruction) && targets(instruction).anyMatch(this::contains)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a handler lies within, but not all of what it guards. */
  private boolean isEnteredByHandler() {
    List<TryCatchBlockNode> handlers = method.tryCatchBlocks;
    return handlers.stream()
        .filter(handler -> contains(handler.handler))
        .anyMatch(handler -> !contains(handler.start) || !contains(handler.end));
  }

  private boolean contains(AbstractInsnNode instruction) {
    int index = code.indexOf(instruction);
    return first <= index && index <= last;
  }

  private static Stream<LabelNode> targets(AbstractInsnNode instruction) {
    if (instruction instanceof JumpInsnNode jump) {
      return Stream.of(jump.label);
    }
    if (instruction instanceof TableSwitchInsnNode table) {
      return Stream.concat(table.labels.stream(), Stream.of(table.dflt));
    }
    if (instruction instanceof LookupSwitchInsnNode lookup) {
      return Stream.concat(lookup.labels.stream(), Stream.of(lookup.dflt));
    }
    return Stream.empty();
  }
}
