package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The body of a function in which every {@code try} has become a {@code try_table}.
 *
 * <pre>
 *   try T                block T
 *     …                    block (P → what tag 2 carries)
 *   catch 1                  block (P → what tag 1 carries, exnref)
 *     …                        try_table T (catch_ref 1 0) (catch 2 1)
 *     rethrow 0                  block (P → exnref)          ;; only if others delegate to it
 *   catch 2                        …
 *     …                            br 1
 *   end                          end
 *                                throw_ref
 *                              end
 *                              br 2
 *                            end
 *                            local.set $kept                 ;; only if it is thrown again
 *                            …
 *                            local.get $kept  throw_ref      ;; was: rethrow 0
 *                            br 1
 *                          end
 *                          …
 *                        end
 *
 *   try T                try_table T (catch_all_ref D)       ;; D: the block for those who delegate
 *     …                    …                                 ;; to the target
 *   delegate L           end
 * </pre>
 *
 * <p>P is what T takes from the stack. What delegates to no try leaves the function through such a
 * block around all of its code. A try that does no more than a block becomes one.
 */
final class RewrittenBody {
  private static final int TRY_TABLE = 0x1F;
  private static final int BLOCK = 0x02;
  private static final int THROW_REF = 0x0A;
  private static final int BR = 0x0C;
  private static final int BR_IF = 0x0D;
  private static final int RETURN = 0x0F;
  private static final int LOCAL_GET = 0x20;
  private static final int LOCAL_SET = 0x21;
  private static final int BR_ON_NULL = 0xD5;
  private static final int BR_ON_NON_NULL = 0xD6;

  private static final int CATCH_ALL_REF = 3;

  /** Of a kind of catch clause, that it has no tag, and that it gets a reference. */
  private static final int WITHOUT_TAG = 2;

  private static final int WITH_REFERENCE = 1;

  /** A block in progress of the original code. */
  private static final class Open {
    /** What it is, if it was a try that is not plain; otherwise null. */
    final TryBlock block;

    /** The depth of the label that a branch to it goes to now. */
    int depth;

    /** The depth of the block for those who delegate to it. */
    int delegates;

    /** How many of its handlers have begun. */
    int handling;

    Open(TryBlock block, int depth) {
      this.block = block;
      this.depth = depth;
    }
  }

  private final byte[] module;
  private final InstructionCursor in;
  private final BlockSignatures signatures;
  private final TryBlocks blocks;
  private final Iterator<TryBlock> next;
  private final BinaryWriter out = new BinaryWriter();
  private final MovedOffsets offsets = new MovedOffsets();
  private final List<Open> open = new ArrayList<>();

  /** How many labels there are around what is written next, the function's own included. */
  private int depth;

  private int firstKept;

  /**
   * Rewrites a body.
   *
   * @param in the cursor before its first instruction
   */
  RewrittenBody(byte[] module, InstructionCursor in, BlockSignatures signatures, TryBlocks blocks) {
    this.module = module;
    this.in = in;
    this.signatures = signatures;
    this.blocks = blocks;
    this.next = blocks.all().iterator();
  }

  /** What has been written. */
  BinaryWriter bytes() {
    return out;
  }

  /** Where what has been written was; offsets are counted from the body's first byte. */
  MovedOffsets offsets() {
    return offsets;
  }

  /**
   * Rewrites the body.
   *
   * @param parameters how many the function has
   */
  void write(int parameters) {
    int code = writeLocals(parameters);
    offsets.replaced(out.size(), code);
    depth = 1;
    var function = new Open(null, 0);
    open.add(function);
    if (blocks.leaveFunction()) {
      function.delegates = beginDelegates(List.of());
    }
    while (in.next()) {
      offsets.replaced(out.size(), in.offset());
      writeInstruction();
    }
  }

  /** Declares the locals, and behind them those for exceptions; where the code begins. */
  private int writeLocals(int parameters) {
    var locals = new ByteReader(module, in.bodyStart(), in.bodyEnd());
    int groups = (int) locals.u32();
    int start = locals.offset();
    int declared = parameters;
    for (int i = 0; i < groups; i++) {
      declared += (int) locals.u32();
      locals.skipValueType();
    }
    boolean more = blocks.kept() > 0;
    out.u32(groups + (more ? 1 : 0)).copy(module, start, locals.offset());
    if (more) {
      out.u32(blocks.kept()).u8(ValType.ID.ExnRef);
    }
    firstKept = declared;
    return locals.offset();
  }

  private void writeInstruction() {
    switch (in.opcode()) {
      case TryBlocks.TRY -> beginTry(next.next());
      case TryBlocks.CATCH, TryBlocks.CATCH_ALL -> beginHandler();
      case TryBlocks.RETHROW -> rethrow();
      case TryBlocks.DELEGATE -> endDelegating();
      case TryBlocks.END -> end();
      case BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL ->
          out.u8(in.opcode()).u32(label((int) in.operand()));
      case TRY_TABLE -> tryTable();
      default -> {
        switch (in.immediates()) {
          case LABELS -> table();
          case CAST -> cast();
          case BLOCK -> block();
          default -> out.copy(module, in.offset(), in.end());
        }
      }
    }
  }

  private void block() {
    out.copy(module, in.offset(), in.end());
    open.add(new Open(null, depth++));
  }

  private void table() {
    out.copy(module, in.offset(), in.immediatesOffset()).u32((int) in.operand());
    for (int i = 0; i < in.listLength(); i++) {
      out.u32(label(in.listed(i)));
    }
  }

  /** Rewrites the label between the flags, a byte, and the types. */
  private void cast() {
    int labelAt = in.immediatesOffset() + 1;
    var rest = new ByteReader(module, labelAt, in.end());
    int label = (int) rest.u32();
    out.copy(module, in.offset(), labelAt).u32(label(label)).copy(module, rest.offset(), in.end());
  }

  private void tryTable() {
    var type = new ByteReader(module, in.immediatesOffset(), in.end());
    type.blockType();
    out.copy(module, in.offset(), type.offset());
    int entries = InstructionCursor.CATCH_ENTRIES;
    out.u32(in.listLength() / entries);
    for (int i = 0; i < in.listLength(); i += entries) {
      out.u8(in.listed(i));
      if (in.listed(i + 1) != InstructionCursor.NO_TAG) {
        out.u32(in.listed(i + 1));
      }
      out.u32(label(in.listed(i + 2)));
    }
    open.add(new Open(null, depth++));
  }

  private void beginTry(TryBlock block) {
    if (block.plain) {
      writeBlockOfSameType(BLOCK);
      open.add(new Open(null, depth++));
      return;
    }
    List<ValType> parameters = signatures.parameters(in.operand());
    if (block.delegates) {
      writeBlockOfSameType(TRY_TABLE);
      out.u32(1).u8(CATCH_ALL_REF).u32(depth - 1 - delegatesTo(block.target));
    } else {
      beginHandled(block, parameters);
    }
    var begun = new Open(block, depth++);
    open.add(begun);
    if (block.targeted) {
      begun.delegates = beginDelegates(parameters);
    }
  }

  private void writeBlockOfSameType(int opcode) {
    out.u8(opcode).copy(module, in.immediatesOffset(), in.end());
  }

  private void beginHandled(TryBlock block, List<ValType> parameters) {
    writeBlockOfSameType(BLOCK);
    depth++;
    int handlers = block.tags.size();
    for (int i = handlers - 1; i >= 0; i--) {
      out.u8(BLOCK);
      signatures.write(parameters, caught(block, i), out);
      depth++;
    }
    writeBlockOfSameType(TRY_TABLE);
    out.u32(handlers);
    for (int i = 0; i < handlers; i++) {
      int tag = block.tags.get(i);
      boolean any = tag == TryBlock.ANY;
      out.u8((any ? WITHOUT_TAG : 0) + (block.rethrown.get(i) ? WITH_REFERENCE : 0));
      if (!any) {
        out.u32(tag);
      }
      out.u32(i);
    }
  }

  /** What a handler finds on the stack. */
  private List<ValType> caught(TryBlock block, int handler) {
    int tag = block.tags.get(handler);
    var values = new ArrayList<>(tag == TryBlock.ANY ? List.of() : signatures.carried(tag));
    if (block.rethrown.get(handler)) {
      values.add(ValType.ExnRef);
    }
    return values;
  }

  /** Begins the block that what is delegated leaves; its depth. */
  private int beginDelegates(List<ValType> parameters) {
    out.u8(BLOCK);
    signatures.write(parameters, List.of(ValType.ExnRef), out);
    return depth++;
  }

  private void endDelegates(TryBlock block) {
    if (block.targeted) {
      out.u8(BR).u32(1);
      endBlock();
      out.u8(THROW_REF);
    }
  }

  private int delegatesTo(TryBlock target) {
    for (int i = open.size() - 1; i > 0; i--) {
      if (open.get(i).block == target && target != null) {
        return open.get(i).delegates;
      }
    }
    return open.get(0).delegates;
  }

  private void beginHandler() {
    Open top = open.get(open.size() - 1);
    TryBlock block = top.block;
    int handler = top.handling++;
    if (handler == 0) {
      endDelegates(block);
      endBlock(); // of what is tried
      top.depth = depth - 1 - block.tags.size();
    }
    out.u8(BR).u32(block.tags.size() - handler);
    endBlock(); // which the handler's exceptions leave
    if (block.rethrown.get(handler)) {
      out.u8(LOCAL_SET).u32(firstKept + block.handlersAround);
    }
  }

  private void rethrow() {
    TryBlock block = open.get(open.size() - 1 - (int) in.operand()).block;
    out.u8(LOCAL_GET).u32(firstKept + block.handlersAround).u8(THROW_REF);
  }

  private void endDelegating() {
    Open top = open.remove(open.size() - 1);
    if (top.block != null) {
      endDelegates(top.block);
    }
    endBlock();
  }

  private void end() {
    open.remove(open.size() - 1);
    if (open.isEmpty() && blocks.leaveFunction()) {
      out.u8(RETURN);
      endBlock();
      out.u8(THROW_REF);
    }
    endBlock();
  }

  private void endBlock() {
    out.u8(TryBlocks.END);
    depth--;
  }

  /** The label that stands for one of the original code; a label that is wrong stays so. */
  private int label(int original) {
    boolean exists = original >= 0 && original < open.size();
    return exists ? depth - 1 - open.get(open.size() - 1 - original).depth : Integer.MAX_VALUE;
  }
}
