package dev.wasmrun;

import static dev.wasmrun.Opcode.*;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmrun.engine.InstanceTables;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.engine.PreparedCode;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.MemoryView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A module of small functions and a page of memory, written byte by byte. */
public final class Snippets {
  public static final int I32 = 0x7F;
  public static final int I64 = 0x7E;
  public static final int F32 = 0x7D;
  public static final int F64 = 0x7C;

  private static final int I64_CONST = 0x42;

  private static final byte[] ONE_PAGE = {5, 3, 1, 0, 1};

  private final List<Snippet> snippets = new ArrayList<>();

  /** Adds a function of parameters of one type that applies an operation to all of them. */
  public void operation(int opcode, int type, int parameters) {
    var code = new ByteArrayOutputStream();
    for (int i = 0; i < parameters; i++) {
      code.write(GET);
      code.write(i);
    }
    code.write(opcode);
    snippets.add(new Snippet(type, parameters, code.toByteArray(), type));
  }

  /** Adds a function of one parameter that applies an operation to it and a constant. */
  public void operationWithConstant(int opcode, int type, long constant) {
    var code = new ByteArrayOutputStream();
    code.write(GET);
    code.write(0);
    code.write(type == I32 ? CONST : I64_CONST);
    signed(code, constant);
    code.write(opcode);
    snippets.add(new Snippet(type, 1, code.toByteArray(), type));
  }

  /** Adds a function of i32s for an i32 with this body, without its end. */
  public void body(int parameters, int... code) {
    var bytes = new ByteArrayOutputStream();
    for (int b : code) {
      bytes.write(b);
    }
    snippets.add(new Snippet(I32, parameters, bytes.toByteArray(), I32));
  }

  /** A body that adds a million to its argument so often, with 3 bytes each in Java. */
  public static int[] sumOfMillions(int times) {
    var body = new int[2 + 5 * times];
    body[0] = GET;
    for (int at = 2; at < body.length; at += 5) {
      int[] add = {CONST, 0xC0, 0x84, 0x3D, 0x6A};
      System.arraycopy(add, 0, body, at, add.length);
    }
    return body;
  }

  /** A way to let a comparison decide between 1 and 0: what comes before it, and behind. */
  public enum Decision {
    /** One of two ways. */
    IF(bytes(), bytes(Opcode.IF, I32, CONST, 1, ELSE, CONST, 0, END)),
    /** A branch, or none. */
    BR_IF(
        bytes(BLOCK, I32, BLOCK, EMPTY),
        bytes(Opcode.BR_IF, 0, CONST, 0, BR, 1, END, CONST, 1, END)),
    /** A branch that takes a value along. */
    BR_IF_WITH_VALUE(bytes(BLOCK, I32, CONST, 1), bytes(Opcode.BR_IF, 0, DROP, CONST, 0, END)),
    /** One of two values. */
    SELECT(bytes(CONST, 1, CONST, 0), bytes(Opcode.SELECT)),
    /** The number that it is. */
    VALUE(bytes(), bytes());

    private final byte[] before;
    private final byte[] behind;

    Decision(byte[] before, byte[] behind) {
      this.before = before;
      this.behind = behind;
    }

    private static byte[] bytes(int... values) {
      var bytes = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        bytes[i] = (byte) values[i];
      }
      return bytes;
    }
  }

  /**
   * Adds a function that is 1 where a comparison of all its parameters holds, and 0 elsewhere.
   *
   * @param negations how often the comparison is negated before it decides, an even number of times
   *     for the function to be as said
   */
  public void decision(Decision by, int opcode, int type, int parameters, int negations) {
    var code = new ByteArrayOutputStream();
    code.writeBytes(by.before);
    for (int i = 0; i < parameters; i++) {
      code.write(GET);
      code.write(i);
    }
    code.write(opcode);
    for (int i = 0; i < negations; i++) {
      code.write(I32_EQZ);
    }
    code.writeBytes(by.behind);
    snippets.add(new Snippet(type, parameters, code.toByteArray(), I32));
  }

  public WasmModule module() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    section(bytes, 1, Snippets::type);
    section(bytes, 3, (snippet, index, out) -> unsigned(out, index));
    bytes.writeBytes(ONE_PAGE);
    section(bytes, 7, Snippets::export);
    section(bytes, 10, Snippets::body);
    return Parser.parse(bytes.toByteArray());
  }

  /** The functions in the order in which they were added. */
  public List<ExportFunction> functions(Function<WasmModule, PreparedCode> engine) {
    return functions(instance(engine));
  }

  public Instance instance(Function<WasmModule, PreparedCode> engine) {
    return instance(module(), engine);
  }

  /** An instance that can be interrupted. */
  public static Instance instance(WasmModule module, Function<WasmModule, PreparedCode> engine) {
    Instance.Builder builder =
        Instance.builder(module)
            .withMemoryFactory(Snippets::memory)
            .withTableFactory(new InstanceTables(TableLimit.DEFAULT.elements())::create)
            .withUnsafeExecutionListener(Machines.listener(module, Optional.empty()));
    engine.apply(module).install(builder);
    return builder.build();
  }

  private static MemoryView memory(MemoryLimits limits) {
    int most = Math.min(limits.maximumPages(), MemoryType.MAX_PAGES);
    var type = new MemoryType(limits.initialPages(), most, limits.shared());
    return MemoryView.of(LinearMemory.create(type), ActiveData.WRITE);
  }

  private List<ExportFunction> functions(Instance instance) {
    var functions = new ArrayList<ExportFunction>();
    for (int i = 0; i < snippets.size(); i++) {
      functions.add(instance.export(Integer.toString(i)));
    }
    return functions;
  }

  private static void type(Snippet snippet, int index, ByteArrayOutputStream out) {
    out.write(0x60);
    unsigned(out, snippet.parameters());
    for (int i = 0; i < snippet.parameters(); i++) {
      out.write(snippet.type());
    }
    out.write(1);
    out.write(snippet.result());
  }

  private static void export(Snippet snippet, int index, ByteArrayOutputStream out) {
    byte[] name = Integer.toString(index).getBytes(StandardCharsets.US_ASCII);
    unsigned(out, name.length);
    out.writeBytes(name);
    out.write(0);
    unsigned(out, index);
  }

  private static void body(Snippet snippet, int index, ByteArrayOutputStream out) {
    unsigned(out, snippet.code().length + 2);
    out.write(0);
    out.writeBytes(snippet.code());
    out.write(END);
  }

  private void section(ByteArrayOutputStream module, int id, Entry entry) {
    var content = new ByteArrayOutputStream();
    unsigned(content, snippets.size());
    for (int i = 0; i < snippets.size(); i++) {
      entry.write(snippets.get(i), i, content);
    }
    module.write(id);
    unsigned(module, content.size());
    module.writeBytes(content.toByteArray());
  }

  private static void unsigned(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.write(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static void signed(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest < -0x40 || rest > 0x3F) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7F));
  }

  private record Snippet(int type, int parameters, byte[] code, int result) {}

  private interface Entry {
    void write(Snippet snippet, int index, ByteArrayOutputStream out);
  }
}
