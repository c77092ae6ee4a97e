package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A module in a form that can be changed: everything but its code as it is to be written, and the
 * code as trees.
 *
 * <p>It exports its functions as {@code f0}, …, its globals as {@code g0}, … and its memories as
 * {@code m0}, …; numbered like all others, its imported functions come first.
 *
 * @param imports functions of the host, named {@code h0}, …
 * @param tags of exceptions, by what these carry
 * @param data segments that are passive
 */
record GeneratedProgram(
    List<GeneratedType> imports,
    List<Function> functions,
    List<Table> tables,
    List<Memory> memories,
    List<GeneratedType> tags,
    List<Global> globals,
    List<Elements> elements,
    List<byte[]> data) {
  static final String HOST = "host";

  private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
  private static final int FUNCTION = 0;
  private static final int MEMORY = 2;
  private static final int GLOBAL = 3;
  private static final int TAG = 4;
  private static final int END = 0x0B;

  /** A function whose body leaves its results. */
  record Function(GeneratedType type, List<Type> locals, Code body) {
    void writeTo(ByteWriter out, Map<GeneratedType, Integer> types) {
      var emission = new Emission(types);
      emission.out().unsigned(locals.size());
      locals.forEach(local -> emission.out().unsigned(1).raw(local.code()));
      body.writeTo(emission);
      emission.out().raw(END);
      out.sized(emission.out().bytes());
    }
  }

  /** A table of references, all null until element segments are copied to it. */
  record Table(Type type, int least, int most) {}

  /** A memory of pages, with addresses of 64 bits if it is wide. */
  record Memory(int initial, int most, boolean shared, boolean wide) {
    void writeTo(ByteWriter out) {
      out.raw((shared ? 3 : 1) | (wide ? 4 : 0)).unsigned(initial).unsigned(most);
    }
  }

  /** A mutable global, and the bits that it begins with. */
  record Global(Type type, long initial) {}

  /**
   * A segment of functions.
   *
   * @param offset where in the first table it goes, or {@link #PASSIVE}, or {@link #DECLARATIVE}
   */
  record Elements(int offset, List<Integer> functions) {
    static final int PASSIVE = -1;

    /** It only says to which functions there are references. */
    static final int DECLARATIVE = -3;

    void writeTo(ByteWriter out) {
      if (offset < 0) {
        out.raw(-offset, 0);
      } else {
        out.raw(0);
        Type.I32.constant(out, offset);
        out.raw(END);
      }
      out.unsigned(functions.size());
      functions.forEach(out::unsigned);
    }
  }

  /** This with another body of one function. */
  GeneratedProgram with(int function, Code body) {
    var changed = new ArrayList<>(functions);
    Function old = functions.get(function);
    changed.set(function, new Function(old.type(), old.locals(), body));
    return new GeneratedProgram(imports, changed, tables, memories, tags, globals, elements, data);
  }

  /**
   * The module's bytes.
   *
   * @throws IllegalStateException if code has a branch that leads nowhere
   */
  byte[] bytes() {
    Map<GeneratedType, Integer> types = Emission.noTypes();
    imports.forEach(type -> Emission.indexOf(types, type));
    functions.forEach(function -> Emission.indexOf(types, function.type()));
    tags.forEach(type -> Emission.indexOf(types, type));
    var code = new ByteWriter();
    section(code, 10, functions, (function, to) -> function.writeTo(to, types));

    var module = new ByteWriter().raw(HEADER);
    section(module, 1, List.copyOf(types.keySet()), GeneratedType::writeTo);
    section(
        module,
        2,
        imports,
        (type, to) ->
            to.name(HOST)
                .name("h" + imports.indexOf(type))
                .raw(FUNCTION)
                .unsigned(types.get(type)));
    section(module, 3, functions, (function, to) -> to.unsigned(types.get(function.type())));
    section(
        module,
        4,
        tables,
        (table, to) ->
            to.raw(table.type().code(), 1).unsigned(table.least()).unsigned(table.most()));
    section(module, 5, memories, Memory::writeTo);
    section(module, 13, tags, (type, to) -> to.raw(0).unsigned(types.get(type)));
    section(module, 6, globals, GeneratedProgram::writeGlobal);
    module.raw(7).sized(exports());
    section(module, 9, elements, Elements::writeTo);
    if (!data.isEmpty()) {
      module.raw(12).sized(new ByteWriter().unsigned(data.size()).bytes());
    }
    module.raw(code.bytes());
    section(module, 11, data, (bytes, to) -> to.raw(1).sized(bytes));
    return module.bytes();
  }

  private static void writeGlobal(Global global, ByteWriter out) {
    out.raw(global.type().code(), 1);
    global.type().constant(out, global.initial());
    out.raw(END);
  }

  private byte[] exports() {
    var out = new ByteWriter();
    out.unsigned(functions.size() + memories.size() + globals.size() + tags.size());
    export(out, "f", FUNCTION, functions.size(), imports.size());
    export(out, "m", MEMORY, memories.size(), 0);
    export(out, "g", GLOBAL, globals.size(), 0);
    export(out, "t", TAG, tags.size(), 0);
    return out.bytes();
  }

  private static void export(ByteWriter out, String name, int kind, int count, int first) {
    for (int i = 0; i < count; i++) {
      out.name(name + i).raw(kind).unsigned(first + i);
    }
  }

  private static <T> void section(
      ByteWriter module, int id, List<T> entries, BiConsumer<T, ByteWriter> write) {
    if (!entries.isEmpty()) {
      var content = new ByteWriter().unsigned(entries.size());
      entries.forEach(entry -> write.accept(entry, content));
      module.raw(id).sized(content.bytes());
    }
  }
}
