package dev.wasmrun.compiler.emit;

import dev.wasmrun.compiler.code.Block;
import org.objectweb.asm.Label;

/**
 * The code from which exceptions go to a block's handler.
 *
 * <p>It has gaps: where a branch puts what it takes along into variables of operands that lie below
 * the block, since a handler's frame says what is in those. No exception is thrown there.
 */
final class TryRange {
  private final Block block;
  private final Label handler = new Label();
  private Label from;

  TryRange(Block block) {
    this.block = block;
  }

  Block block() {
    return block;
  }

  Label handler() {
    return handler;
  }

  /** From here on exceptions are caught. */
  void open(Asm asm) {
    from = new Label();
    asm.out.visitLabel(from);
  }

  /** From here on they are not. */
  void close(Asm asm) {
    var to = new Label();
    asm.out.visitLabel(to);
    if (to.getOffset() > from.getOffset()) { // else the JVM would refuse it
      asm.out.visitTryCatchBlock(from, to, handler, Asm.EXCEPTION);
    }
  }
}
