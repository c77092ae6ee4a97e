package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.TableLimits;

/**
 * Checks of the numbers by which a module says how long its lists are. Chicory 1.7.5 makes room for
 * a list before it reads it, and takes a number of 2³¹ or more for a negative one, of no entries.
 *
 * <p>Each entry of a list has at least a byte, so there are at most as many as there are bytes left
 * in the section. Local variables, of which two bytes may declare thousands, have a limit.
 */
final class CountChecks {
  /** The most local variables of a function: as many as the parser takes in one group. */
  private static final int MOST_LOCALS = 50_000;

  /**
   * The most elements of a table: as many as the parser, and the embeddings for JavaScript, allow.
   */
  private static final long MOST_ELEMENTS = TableLimits.LIMIT_MAX;

  private static final int TYPES = 1;
  private static final int TABLES = 4;
  private static final int ELEMENTS = 9;
  private static final int DATA = 11;

  private final ByteReader in;

  private CountChecks(ByteReader section) {
    this.in = section;
  }

  /** A number that cannot be true. */
  private static final class Excess extends MalformedException {
    private static final long serialVersionUID = 1;

    Excess(String message) {
      super(message);
    }
  }

  /** A valid module that the runtime has no room for. */
  private static final class TooLarge extends ChicoryException {
    private static final long serialVersionUID = 1;

    TooLarge(String message) {
      super(message);
    }
  }

  /**
   * Checks the lists for which the parser makes room before it reads them.
   *
   * @throws MalformedException if one says that it has more entries than there are bytes left
   * @throws ChicoryException if a table is larger than the runtime has any
   */
  static void beforeParsing(byte[] module) {
    try {
      SectionRange.visit(module, (id, content) -> new CountChecks(content).section(id));
    } catch (Excess e) {
      throw e;
    } catch (MalformedException e) {
      // The parser says what is wrong: it may be something before this.
    }
  }

  private void section(int id) {
    switch (id) {
      case TYPES -> entries(this::recursiveTypes);
      case TABLES -> entries(this::table);
      case ELEMENTS -> entries(this::element);
      case SectionRange.CODE -> entries(this::locals);
      case DATA -> entries(this::data);
      default -> {}
    }
  }

  private long count() {
    int at = in.offset();
    long count = in.u32();
    if (count > in.remaining()) {
      throw new Excess(
          "a list of %s entries has %s bytes, at 0x%x".formatted(count, in.remaining(), at));
    }
    return count;
  }

  private void entries(Runnable entry) {
    for (long left = count(); left > 0; left--) {
      entry.run();
    }
  }

  private void recursiveTypes() {
    int form = in.u8();
    if (form == 0x4E) {
      entries(() -> subtype(in.u8()));
    } else {
      subtype(form);
    }
  }

  private void subtype(int form) {
    if (form == 0x50 || form == 0x4F) {
      entries(in::u32);
      composite(in.u8());
    } else {
      composite(form);
    }
  }

  private void composite(int form) {
    switch (form) {
      case 0x60 -> {
        entries(in::skipValueType);
        entries(in::skipValueType);
      }
      case 0x5F -> entries(this::field);
      case 0x5E -> field();
      default -> throw new MalformedException("no type");
    }
  }

  private void field() {
    in.skipValueType();
    in.u8();
  }

  /** The parser caps one that is larger, or refuses it as if its minimum were above its maximum. */
  private void table() {
    int type = in.u8();
    boolean initialized = type == 0x40;
    if (initialized) {
      in.u8();
      type = in.u8();
    }
    in.skipHeapTypeOf(type);
    boolean bounded = (in.u8() & 1) != 0;
    long least = in.u32();
    long most = bounded ? in.u32() : Long.MAX_VALUE;
    if (least > MOST_ELEMENTS && least <= most) {
      throw new TooLarge(
          "it has a table of %s elements, the most this runtime has is %s"
              .formatted(least, MOST_ELEMENTS));
    }
    if (initialized) {
      expression();
    }
  }

  private void element() {
    long flags = in.u32();
    boolean active = (flags & 1) == 0;
    boolean explicit = (flags & 2) != 0;
    boolean expressions = (flags & 4) != 0;
    if (active) {
      if (explicit) {
        in.u32();
      }
      expression();
    }
    if (!active || explicit) {
      in.skipValueType(); // or the kind of what it has, which is a byte as well
    }
    entries(expressions ? this::expression : in::u32);
  }

  private void data() {
    long mode = in.u32();
    if (mode == 2) {
      in.u32();
    }
    if (mode != 1) {
      expression();
    }
    in.skip(count());
  }

  private void expression() {
    InstructionCursor.skipExpression(in);
  }

  private void locals() {
    long size = in.u32();
    int body = in.offset();
    long declared = 0;
    for (long left = count(); left > 0; left--) {
      declared += in.u32();
      in.skipValueType();
      if (declared > MOST_LOCALS) {
        throw new Excess(
            "too many locals: a function declares more than %s, at 0x%x"
                .formatted(MOST_LOCALS, body));
      }
    }
    in.skip(size - (in.offset() - body));
  }

  /**
   * Checks the tables of branches.
   *
   * @throws MalformedException if the parser has read fewer labels than one says that it has
   */
  static void afterParsing(WasmModule module, byte[] bytes) {
    for (FunctionBody body : module.codeSection().functionBodies()) {
      for (AnnotatedInstruction instruction : body.instructions()) {
        if (instruction.opcode() == OpCode.BR_TABLE && instruction.operandCount() == 1) {
          checkEmptyTable(bytes, instruction.address());
        }
      }
    }
  }

  private static void checkEmptyTable(byte[] bytes, int address) {
    var in = new ByteReader(bytes, address + 1, bytes.length);
    long labels = in.u32();
    if (labels != 0) {
      throw new MalformedException(
          "a table of %s labels has %s bytes, at 0x%x".formatted(labels, in.remaining(), address));
    }
  }
}
