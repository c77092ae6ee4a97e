package dev.wasmrun.fuzz;

import dev.wasmrun.fuzz.TryCode.Mark;
import java.util.ArrayList;
import java.util.List;

/**
 * A module of {@link TryCode}, whose export {@code run} leaves what has been noted.
 *
 * <pre>
 *   types      0: () → i32   1: (i32) → ()   2: () → ()   3: (i32, i32) → ()   4: (i32) → i32
 *   tags       of tag n, n numbers
 *   globals    0: what has been noted
 *   functions  0: run   1…: the code's
 * </pre>
 */
final class TryModule {
  /** The tags are 0, 1 and 2. */
  static final int TAGS = 3;

  private static final int I32 = 0x7F;
  private static final int EMPTY = 0x40;
  private static final int TAKING = 1;
  private static final int TAKING_AND_LEAVING = 4;

  private final ByteWriter out = new ByteWriter();
  private final List<Mark> open = new ArrayList<>();
  private int counters;

  private TryModule() {}

  static byte[] bytes(List<TryCode> functions) {
    var bodies = new ByteWriter().unsigned(functions.size() + 1).sized(run());
    for (TryCode function : functions) {
      bodies.sized(function(function));
    }
    var indices = new ByteWriter().unsigned(functions.size() + 1).raw(0);
    functions.forEach(each -> indices.raw(1));
    var module = new ByteWriter().raw(0, 'a', 's', 'm', 1, 0, 0, 0);
    module.raw(1).sized(types());
    module.raw(3).sized(indices.bytes());
    module.raw(13).sized(new ByteWriter().raw(TAGS, 0, 2, 0, 1, 0, 3).bytes());
    module.raw(6).sized(new ByteWriter().raw(1, I32, 1, 0x41, 0, 0x0B).bytes());
    module.raw(7).sized(new ByteWriter().raw(1).name("run").raw(0, 0).bytes());
    return module.raw(10).sized(bodies.bytes()).bytes();
  }

  private static byte[] types() {
    return new ByteWriter()
        .raw(5)
        .raw(0x60, 0, 1, I32)
        .raw(0x60, 1, I32, 0)
        .raw(0x60, 0, 0)
        .raw(0x60, 2, I32, I32, 0)
        .raw(0x60, 1, I32, 1, I32)
        .bytes();
  }

  /** Calls the first function, and notes what it throws. */
  private static byte[] run() {
    var code = new TryModule();
    code.out.raw(1, 1, I32);
    code.out.raw(0x06, EMPTY).raw(0x41, 1, 0x10, 1);
    for (int tag = 0; tag < TAGS; tag++) {
      code.out.raw(0x07, tag);
      code.noteCaught(tag, 0);
    }
    code.out.raw(0x0B, 0x23, 0, 0x0B);
    return code.out.bytes();
  }

  private static byte[] function(TryCode body) {
    var code = new TryModule();
    code.noteLocal(0);
    code.open.add(null);
    code.write(body);
    code.out.raw(0x0B);
    var whole = new ByteWriter().raw(1).unsigned(code.counters + 1).raw(I32);
    return whole.raw(code.out.bytes()).bytes();
  }

  private void note(int number) {
    out.raw(0x23, 0, 0x41, 31, 0x6C, 0x41).signed(number).raw(0x6A, 0x24, 0);
  }

  private void noteLocal(int local) {
    out.raw(0x23, 0, 0x41, 31, 0x6C, 0x20).unsigned(local).raw(0x6A, 0x24, 0);
  }

  /** Notes the number on the stack. */
  private void noteTop(int scratch) {
    out.raw(0x21).unsigned(scratch);
    noteLocal(scratch);
  }

  private void noteCaught(int tag, int scratch) {
    note(tag);
    for (int i = 0; i < TryCode.numbers(tag); i++) {
      noteTop(scratch);
    }
  }

  private void constant(int number) {
    out.raw(0x41).signed(number);
  }

  private int label(Mark mark) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.get(i) == mark) {
        return open.size() - 1 - i;
      }
    }
    throw new IllegalStateException("a label that is not open");
  }

  private void begin(int opcode, int type, Mark mark) {
    out.raw(opcode, type);
    open.add(mark);
  }

  private void end() {
    out.raw(0x0B);
    open.remove(open.size() - 1);
  }

  private void write(TryCode code) {
    if (code instanceof TryCode.Note note) {
      note(note.number());
    } else if (code instanceof TryCode.Several several) {
      several.all().forEach(this::write);
    } else if (code instanceof TryCode.Block block) {
      begin(0x02, EMPTY, block.mark());
      write(block.body());
      end();
    } else if (code instanceof TryCode.Loop loop) {
      write(loop);
    } else if (code instanceof TryCode.If condition) {
      out.raw(0x23, 0, 0x41).signed(condition.bit()).raw(0x76, 0x41, 1, 0x71);
      begin(0x04, EMPTY, condition.mark());
      write(condition.body());
      end();
    } else if (code instanceof TryCode.Try block) {
      write(block);
    } else if (code instanceof TryCode.Delegate block) {
      begin(0x06, EMPTY, block.mark());
      write(block.body());
      open.remove(open.size() - 1);
      out.raw(0x18).unsigned(label(block.target()));
    } else {
      leave(code);
    }
  }

  private void write(TryCode.Loop loop) {
    int counter = ++counters + 1; // behind the argument and the scratch local
    constant(loop.times());
    out.raw(0x21).unsigned(counter);
    begin(0x02, EMPTY, new Mark(false));
    begin(0x03, EMPTY, loop.mark());
    out.raw(0x20).unsigned(counter).raw(0x41, 1, 0x6B, 0x22).unsigned(counter);
    out.raw(0x41, 0, 0x48, 0x0D, 1); // below 0: out
    write(loop.body());
    out.raw(0x0C, 0);
    end();
    end();
  }

  private void write(TryCode.Try block) {
    boolean leaves = block.mark().carries;
    int type = leaves ? I32 : EMPTY;
    if (block.takes()) {
      constant(7);
      type = leaves ? TAKING_AND_LEAVING : TAKING;
    }
    begin(0x06, type, block.mark());
    if (block.takes()) {
      noteTop(1);
    }
    write(block.body());
    if (leaves) {
      constant(block.leaves());
    }
    for (TryCode.Handler handler : block.handlers()) {
      if (handler.tag() == TryCode.ANY) {
        out.raw(0x19);
      } else {
        out.raw(0x07, handler.tag());
        noteCaught(handler.tag(), 1);
      }
      write(handler.body());
      if (leaves) {
        constant(block.leaves() + 1);
      }
    }
    end();
    if (leaves) {
      noteTop(1);
    }
  }

  private void leave(TryCode code) {
    if (code instanceof TryCode.Throw exception) {
      for (int i = 0; i < TryCode.numbers(exception.tag()); i++) {
        constant(exception.first() + i);
      }
      out.raw(0x08, exception.tag());
    } else if (code instanceof TryCode.Rethrow again) {
      out.raw(0x09).unsigned(label(again.mark()));
    } else if (code instanceof TryCode.Branch branch) {
      if (branch.mark().carries) {
        constant(branch.number());
      }
      out.raw(0x0C).unsigned(label(branch.mark()));
    } else if (code instanceof TryCode.Table table) {
      out.raw(0x23, 0, 0x41, 7, 0x71, 0x0E).unsigned(table.marks().size() - 1);
      table.marks().forEach(mark -> out.unsigned(label(mark)));
    } else if (code instanceof TryCode.Call call) {
      constant(call.argument());
      out.raw(0x10).unsigned(call.function() + 1);
    } else {
      out.raw(0x0F);
    }
  }
}
