package dev.wasmrun.module;

import dev.wasmrun.module.WideOperands.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a function in which every address of 64 bits has become one of 32.
 *
 * <pre>
 *   i64.store offset=8        local.set $value
 *                             local.tee $wide
 *                             i32.wrap_i64
 *                             i32.const -1        ;; which is outside: no such memory has 4 GiB
 *                             local.get $wide
 *                             i64.const 32
 *                             i64.shr_u
 *                             i64.eqz
 *                             select
 *                             local.get $value
 *                             i64.store offset=8
 *
 *   memory.size               memory.size
 *                             i64.extend_i32_u
 * </pre>
 *
 * <p>So a length that has more than 32 bits is longer than any memory, and growth by such a number
 * fails.
 */
final class NarrowedBody {
  private static final int DROP = 0x1A;
  private static final int SELECT = 0x1B;
  private static final int LOCAL_GET = 0x20;
  private static final int LOCAL_SET = 0x21;
  private static final int LOCAL_TEE = 0x22;
  private static final int I32_CONST = 0x41;
  private static final int I64_CONST = 0x42;
  private static final int I64_EQZ = 0x50;
  private static final int I64_SHR_U = 0x88;
  private static final int I32_WRAP = 0xA7;
  private static final int I64_EXTEND_S = 0xAC;
  private static final int I64_EXTEND_U = 0xAD;
  private static final int WITH_MEMORY_INDEX = 0x40;
  private static final byte[] I64 = {0x7E};

  private final byte[] module;
  private final InstructionCursor in;
  private final WideIndices wide;
  private final BinaryWriter out = new BinaryWriter();
  private final MovedOffsets offsets = new MovedOffsets();

  /** The types of the locals that are added, in their order. */
  private final List<byte[]> added = new ArrayList<>();

  private int firstAdded;

  /**
   * Narrows a body.
   *
   * @param in the cursor before its first instruction
   */
  NarrowedBody(byte[] module, InstructionCursor in, WideIndices wide) {
    this.module = module;
    this.in = in;
    this.wide = wide;
  }

  /** Where what has been written was; offsets are counted from the body's first byte. */
  MovedOffsets offsets() {
    return offsets;
  }

  /**
   * Narrows the body.
   *
   * @param parameters how many the function has
   * @return its bytes
   */
  BinaryWriter write(int parameters) {
    var locals = new ByteReader(module, in.bodyStart(), in.bodyEnd());
    int groups = (int) locals.u32();
    int start = locals.offset();
    firstAdded = parameters;
    for (int i = 0; i < groups; i++) {
      firstAdded += (int) locals.u32();
      locals.skipValueType();
    }
    while (in.next()) {
      offsets.replaced(out.size(), in.offset());
      writeInstruction();
    }
    var body = new BinaryWriter().u32(groups + added.size()).copy(module, start, locals.offset());
    added.forEach(type -> body.u32(1).copy(type, 0, type.length));
    offsets.moveBy(body.size());
    return body.append(out);
  }

  private void writeInstruction() {
    WideOperands operands = WideOperands.of(in, wide);
    if (operands == null) {
      out.copy(module, in.offset(), in.end());
      return;
    }
    narrow(operands.operands());
    boolean access =
        in.immediates() == Immediates.MEMORY || in.immediates() == Immediates.MEMORY_AND_LANE;
    if (access) {
      writeAccess();
    } else {
      out.copy(module, in.offset(), in.end());
    }
    switch (operands.result()) {
      case UNSIGNED -> out.u8(I64_EXTEND_U);
      case SIGNED -> out.u8(I64_EXTEND_S);
      case SAME -> {}
    }
  }

  /** Narrows operands; those above the deepest wide one are in locals meanwhile. */
  private void narrow(List<Operand> operands) {
    int deepest = 0;
    while (deepest < operands.size() && !operands.get(deepest).wide()) {
      deepest++;
    }
    var kept = new ArrayList<Integer>();
    for (int i = operands.size() - 1; i > deepest; i--) {
      if (operands.get(i).wide()) {
        narrowTop(kept);
      }
      int local = local(operands.get(i).type(), kept);
      kept.add(local);
      out.u8(LOCAL_SET).u32(local);
    }
    if (deepest < operands.size()) {
      narrowTop(kept);
      boolean access =
          in.immediates() == Immediates.MEMORY || in.immediates() == Immediates.MEMORY_AND_LANE;
      if (access && in.operand() >>> Integer.SIZE != 0) {
        out.u8(DROP).u8(I32_CONST).signed(-1); // the offset alone is outside
      }
    }
    for (int i = kept.size() - 1; i >= 0; i--) {
      out.u8(LOCAL_GET).u32(kept.get(i));
    }
  }

  private void narrowTop(List<Integer> kept) {
    int whole = local(I64, kept);
    out.u8(LOCAL_TEE).u32(whole).u8(I32_WRAP);
    out.u8(I32_CONST).signed(-1);
    out.u8(LOCAL_GET).u32(whole).u8(I64_CONST).signed(Integer.SIZE).u8(I64_SHR_U).u8(I64_EQZ);
    out.u8(SELECT);
  }

  /** An added local of a type that is not in use. */
  private int local(byte[] type, List<Integer> used) {
    for (int i = 0; i < added.size(); i++) {
      if (Arrays.equals(added.get(i), type) && !used.contains(firstAdded + i)) {
        return firstAdded + i;
      }
    }
    added.add(type);
    return firstAdded + added.size() - 1;
  }

  /** Writes an access with an offset of 32 bits; what surrounds the offset stays. */
  private void writeAccess() {
    var immediates = new ByteReader(module, in.immediatesOffset(), in.end());
    if ((immediates.u32() & WITH_MEMORY_INDEX) != 0) {
      immediates.u32();
    }
    out.copy(module, in.offset(), immediates.offset());
    long offset = immediates.u64();
    out.u32(offset >>> Integer.SIZE != 0 ? 0 : (int) offset);
    out.copy(module, immediates.offset(), in.end());
  }
}
