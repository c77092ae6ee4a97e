package dev.wasmrun.engine;

import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.FrameNode;

/** What frames say of local variables that have been added to a method. */
final class Frames {
  private Frames() {}

  /**
   * Adds to a frame that a variable holds an int.
   *
   * @param variable one behind all that the method had
   */
  static void declareInt(FrameNode frame, int variable) {
    List<Object> types = frame.local;
    int slots = 0;
    for (int i = 0; i < types.size(); i++) {
      if (slots == variable) {
        types.set(i, Opcodes.INTEGER);
        return;
      }
      slots += types.get(i) == Opcodes.LONG || types.get(i) == Opcodes.DOUBLE ? 2 : 1;
    }
    for (; slots < variable; slots++) {
      types.add(Opcodes.TOP);
    }
    types.add(Opcodes.INTEGER);
  }
}
