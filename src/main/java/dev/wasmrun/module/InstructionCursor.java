package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import java.util.Arrays;

/**
 * A walk over the instructions of a module's code, in the order of its bytes.
 *
 * <pre>{@code
 * var cursor = InstructionCursor.of(bytes);
 * while (cursor.nextFunction()) {
 *   while (cursor.next()) {
 *     … cursor.offset(), cursor.opcode(), cursor.operand() …
 *   }
 * }
 * }</pre>
 *
 * <p>It knows every instruction of WebAssembly 3.0, those of threads, and those of the first form
 * of exceptions. It checks the form of what it reads and nothing else: whether blocks are balanced
 * and indices exist is the validator's question. Where the bytes are not as the binary format says,
 * each method throws {@link MalformedException}; the cursor is of no use after that.
 *
 * <p>It neither recurses nor allocates for an instruction, except for lists longer than any before.
 */
final class InstructionCursor {
  /** The number that stands for a catch clause without a tag. */
  static final int NO_TAG = -1;

  /** How many entries of {@link #listed} a catch clause has: its kind, its tag, its label. */
  static final int CATCH_ENTRIES = 3;

  private static final int END = 0x0B;
  private static final int CATCH_REF = 1;
  private static final int LAST_CATCH = 3;
  private static final int WITH_MEMORY_INDEX = 0x40;

  private final ByteReader in;
  private final long functions;
  private int function = -1;
  private int bodyStart;
  private int bodyEnd;

  private int offset;
  private int opcode;
  private int immediatesOffset;
  private Immediates immediates = Immediates.NONE;
  private long operand;
  private long secondOperand;
  private int[] list = new int[16];
  private int listLength;

  private InstructionCursor(ByteReader in, long functions) {
    this.in = in;
    this.functions = functions;
    this.bodyEnd = in.offset();
  }

  /** A cursor before the first function of a module, which may have none. */
  static InstructionCursor of(byte[] module) {
    var code = SectionRange.find(module, SectionRange.CODE);
    if (code.isEmpty()) {
      return new InstructionCursor(new ByteReader(module, module.length, module.length), 0);
    }
    var in = new ByteReader(module, code.get().start(), code.get().end());
    return new InstructionCursor(in, in.u32());
  }

  /** A cursor over instructions that are in no function, from where a reader is to its end. */
  static InstructionCursor ofExpression(ByteReader in) {
    var cursor = new InstructionCursor(in, 0);
    cursor.bodyEnd = in.offset() + in.remaining();
    return cursor;
  }

  /** Passes over the instructions of a constant expression, and its end. */
  static void skipExpression(ByteReader in) {
    var cursor = ofExpression(in);
    do {
      if (!cursor.next()) {
        throw new MalformedException("an expression without an end");
      }
    } while (cursor.opcode() != END);
  }

  /**
   * Goes to the next function, before its first instruction.
   *
   * @return whether there is one
   */
  boolean nextFunction() {
    if (function + 1 >= functions) {
      return false;
    }
    in.skip(bodyEnd - in.offset());
    function++;
    long size = in.u32();
    bodyStart = in.offset();
    if (size > in.remaining()) {
      throw malformed("a function's size is too large", bodyStart);
    }
    bodyEnd = bodyStart + (int) size;
    for (long groups = in.u32(); groups > 0; groups--) {
      in.u32();
      in.skipValueType();
    }
    return true;
  }

  /**
   * Goes to the function's next instruction.
   *
   * @return whether there is one
   */
  boolean next() {
    offset = in.offset();
    if (offset >= bodyEnd) {
      if (offset > bodyEnd) {
        throw malformed("the code goes beyond its function", bodyEnd);
      }
      return false;
    }
    int first = in.u8();
    if (Immediates.isPrefix(first)) {
      long second = in.u32();
      immediates = Immediates.of(first, second);
      opcode = first << 16 | (int) second;
    } else {
      immediates = Immediates.of(first);
      opcode = first;
    }
    immediatesOffset = in.offset();
    operand = 0;
    secondOperand = 0;
    listLength = 0;
    readImmediates();
    return true;
  }

  private void readImmediates() {
    switch (immediates) {
      case NONE -> {}
      case INDEX -> operand = in.u32();
      case TWO_INDICES -> {
        operand = in.u32();
        secondOperand = in.u32();
      }
      case BYTE -> operand = in.u8();
      case MEMORY -> readMemoryArgument();
      case MEMORY_AND_LANE -> {
        readMemoryArgument();
        in.u8();
      }
      case I32 -> operand = in.signed(32);
      case I64 -> operand = in.signed(64);
      case F32 -> in.skip(Float.BYTES);
      case F64 -> in.skip(Double.BYTES);
      case V128 -> in.skip(16);
      case BLOCK -> operand = in.blockType();
      case BLOCK_AND_CATCHES -> {
        operand = in.blockType();
        readCatches();
      }
      case LABELS -> readLabels();
      case TYPES -> skipTypes();
      case HEAP_TYPE -> operand = in.signed(33);
      case CAST -> {
        in.u8();
        operand = in.u32();
        in.signed(33);
        in.signed(33);
      }
      case ILLEGAL -> throw malformed("illegal opcode 0x%x".formatted(opcode), offset);
    }
  }

  private void readMemoryArgument() {
    long flags = in.u32();
    if (flags >= 2 * WITH_MEMORY_INDEX) {
      throw malformed("malformed memop flags", immediatesOffset);
    }
    if ((flags & WITH_MEMORY_INDEX) != 0) {
      secondOperand = in.u32();
    }
    operand = in.u64();
  }

  private void readLabels() {
    operand = countedList();
    for (long i = 0; i <= operand; i++) {
      add((int) in.u32());
    }
  }

  private void readCatches() {
    for (long clauses = countedList(); clauses > 0; clauses--) {
      int kind = in.u8();
      if (kind > LAST_CATCH) {
        throw malformed("malformed catch clause", offset);
      }
      add(kind);
      add(kind <= CATCH_REF ? (int) in.u32() : NO_TAG);
      add((int) in.u32());
    }
  }

  private void skipTypes() {
    for (long types = countedList(); types > 0; types--) {
      in.skipValueType();
    }
  }

  /** The length of a list, of which each entry has at least a byte. */
  private long countedList() {
    long count = in.u32();
    if (count > in.remaining()) {
      throw malformed("a list is too long", immediatesOffset);
    }
    return count;
  }

  private void add(int entry) {
    if (listLength == list.length) {
      list = Arrays.copyOf(list, 2 * listLength);
    }
    list[listLength++] = entry;
  }

  private static MalformedException malformed(String reason, int at) {
    return new MalformedException("%s at 0x%x".formatted(reason, at));
  }

  /** How many functions the module defines. */
  int functions() {
    return (int) functions;
  }

  /** The function's index among those that the module defines. */
  int function() {
    return function;
  }

  /** The offset at which the function's body begins, with its locals, behind its size. */
  int bodyStart() {
    return bodyStart;
  }

  /** The offset after the function's body. */
  int bodyEnd() {
    return bodyEnd;
  }

  /** The offset of the instruction's opcode in the module. */
  int offset() {
    return offset;
  }

  /** The offset of the first byte after the opcode. */
  int immediatesOffset() {
    return immediatesOffset;
  }

  /** The offset after the instruction, at which the next one begins. */
  int end() {
    return in.offset();
  }

  /** The opcode; if it has two parts, the prefix times 0x10000 plus the second part. */
  int opcode() {
    return opcode;
  }

  /** The form of what follows the opcode. */
  Immediates immediates() {
    return immediates;
  }

  /**
   * The first number that follows the opcode: the index, label, integer constant or block type (as
   * {@link ByteReader#blockType} says); of a memory access the offset, of a cast the label, of
   * {@code br_table} the number of labels before the default one. 0 if there is none such.
   */
  long operand() {
    return operand;
  }

  /** The second of two indices; of a memory access, the memory. 0 if there is none such. */
  long secondOperand() {
    return secondOperand;
  }

  /** How many entries {@link #listed} has. */
  int listLength() {
    return listLength;
  }

  /**
   * The labels of a {@code br_table}, the default one last; or, three entries for each clause of a
   * {@code try_table}, its kind, its tag or {@link #NO_TAG}, and its label.
   */
  int listed(int index) {
    return list[index];
  }
}
