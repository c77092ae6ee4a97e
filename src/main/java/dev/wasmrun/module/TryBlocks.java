package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code try} blocks of a function's code, which is checked as far as they are concerned.
 *
 * <p>A {@code try} is written before its handlers and before what delegates to it, and how it is
 * rewritten depends on both. So the code is read twice, and this is what the first time finds out.
 */
final class TryBlocks {
  static final int TRY = 0x06;
  static final int CATCH = 0x07;
  static final int RETHROW = 0x09;
  static final int END = 0x0B;
  static final int DELEGATE = 0x18;
  static final int CATCH_ALL = 0x19;

  /** A block in progress; of a {@code try}, whether it is in a handler. */
  private static final class Open {
    final TryBlock block;
    boolean handling;

    Open(TryBlock block) {
      this.block = block;
    }
  }

  private final BlockSignatures signatures;
  private final List<Open> open = new ArrayList<>();
  private final List<TryBlock> blocks = new ArrayList<>();
  private boolean leavesFunction;
  private int rethrowing;

  private TryBlocks(BlockSignatures signatures) {
    this.signatures = signatures;
  }

  /**
   * Reads a function's code, from where the cursor is to its end.
   *
   * @throws MalformedException if a handler or {@code delegate} is where none can be
   * @throws InvalidException if a label of {@code rethrow} or {@code delegate}, or the type of any
   *     block, is wrong
   */
  static TryBlocks of(InstructionCursor function, BlockSignatures signatures) {
    var found = new TryBlocks(signatures);
    found.open.add(new Open(null));
    while (function.next()) {
      found.read(function);
    }
    found.resolve();
    return found;
  }

  /** The blocks in the order in which they begin. */
  List<TryBlock> all() {
    return blocks;
  }

  /** Whether an exception is delegated to the function's caller past handlers of the function. */
  boolean leaveFunction() {
    return leavesFunction;
  }

  /** How many exceptions the function has to keep at a time in order to throw them again. */
  int kept() {
    return rethrowing;
  }

  private void read(InstructionCursor in) {
    if (in.immediates().beginBlock()) {
      signatures.parameters(in.operand()); // which has to be one of the module's own types
    }
    switch (in.opcode()) {
      case TRY -> begin();
      case CATCH, CATCH_ALL -> handler(in);
      case RETHROW -> rethrow(in);
      case DELEGATE -> delegate(in);
      case END -> end(in);
      default -> {
        if (in.immediates().beginBlock()) {
          open.add(new Open(null));
        }
      }
    }
  }

  private void begin() {
    int handlers = (int) open.stream().filter(around -> around.handling).count();
    var block = new TryBlock(covering(open.size() - 1), handlers);
    blocks.add(block);
    open.add(new Open(block));
  }

  private void handler(InstructionCursor in) {
    Open top = top(in);
    boolean last = top.block.hasHandlers() && tagOfLast(top.block) == TryBlock.ANY;
    if (last) {
      throw malformed("a handler after catch_all", in);
    }
    top.block.tags.add(in.opcode() == CATCH_ALL ? TryBlock.ANY : (int) in.operand());
    top.handling = true;
  }

  private static int tagOfLast(TryBlock block) {
    return block.tags.get(block.tags.size() - 1);
  }

  private void rethrow(InstructionCursor in) {
    Open handler = labelled(in.operand());
    if (!handler.handling) {
      throw new InvalidException("invalid rethrow label " + in.operand());
    }
    handler.block.rethrown.set(handler.block.tags.size() - 1);
    rethrowing = Math.max(rethrowing, handler.block.handlersAround + 1);
  }

  private void delegate(InstructionCursor in) {
    Open top = top(in);
    if (top.handling) {
      throw malformed("a delegate after a handler", in);
    }
    open.remove(open.size() - 1);
    labelled(in.operand());
    top.block.delegates = true;
    top.block.target = covering(open.size() - 1 - (int) in.operand());
  }

  private void end(InstructionCursor in) {
    if (open.isEmpty()) {
      throw malformed("unbalanced end", in);
    }
    open.remove(open.size() - 1);
  }

  private Open top(InstructionCursor in) {
    if (open.isEmpty() || open.get(open.size() - 1).block == null) {
      throw malformed("a handler or delegate without try", in);
    }
    return open.get(open.size() - 1);
  }

  private Open labelled(long label) {
    if (label >= open.size()) {
      throw new InvalidException("unknown label " + label);
    }
    return open.get(open.size() - 1 - (int) label);
  }

  /** The try whose handlers cover what is directly in an open block; null if there is none. */
  private TryBlock covering(int index) {
    for (int i = index; i >= 0; i--) {
      if (open.get(i).block != null && !open.get(i).handling) {
        return open.get(i).block;
      }
    }
    return null;
  }

  /** Outer blocks come first, so that whether they are plain is known. */
  private void resolve() {
    for (TryBlock block : blocks) {
      TryBlock covering = TryBlock.effective(block.covering);
      block.target = TryBlock.effective(block.target);
      block.plain = !block.hasHandlers() && (!block.delegates || block.target == covering);
      if (block.delegates && !block.plain) {
        if (block.target == null) {
          leavesFunction = true;
        } else {
          block.target.targeted = true;
        }
      }
    }
  }

  private static MalformedException malformed(String reason, InstructionCursor in) {
    return new MalformedException("%s at 0x%x".formatted(reason, in.offset()));
  }
}
