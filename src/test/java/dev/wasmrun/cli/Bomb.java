package dev.wasmrun.cli;

import dev.wasmrun.ModuleBytes;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A module that is too much of something, or says that it is; its function is {@code _start}. */
enum Bomb {
  FUNCTIONS(() -> new Parts().functions(20_000, body())),
  TYPES(() -> new Parts().types(repeat(50_000, 0x60, 0, 0))),
  GLOBALS(() -> new Parts().section(6, repeat(50_000, 0x7F, 1, 0x41, 0, 0x0B))),
  EXPORTS(() -> new Parts().exports(20_000)),
  IMPORTS(() -> new Parts().imports(20_000)),
  LONG_NAME_OF_AN_EXPORT(() -> new Parts().export("n".repeat(90_000))),
  LONG_NAME_OF_A_FUNCTION(() -> new Parts().named("n".repeat(500_000)).code(body(0x00))),
  DUPLICATE_EXPORT(() -> new Parts().export("_start")),
  CUSTOM_SECTIONS(() -> new Parts().customs(20_000, 4)),
  LONG_CUSTOM_SECTION(() -> new Parts().customs(1, 5_000_000)),
  CUSTOM_SECTION_WITHOUT_END(() -> new Parts().tail(0, -1)),
  LOCALS(() -> new Parts().code(locals(50_000))),
  LOCALS_BEYOND_THE_LIMIT(() -> new Parts().code(locals(0xFFFF_FFFFL))),
  PARAMETERS(() -> new Parts().types(one(type(1000, 0))).code(body())),
  PARAMETERS_BEYOND_THE_LIMIT(() -> new Parts().types(one(type(100_000, 0)))),
  RESULTS(() -> new Parts().types(one(type(0, 1000))).code(body(repeated(1000, 0x41, 0)))),
  RESULTS_BEYOND_THE_LIMIT(
      () -> new Parts().types(one(type(0, 20_000))).code(body(repeated(20_000, 0x41, 0)))),
  NESTED_BLOCKS(() -> nested(10_000, 0x02, 0x40)),
  NESTED_LOOPS(() -> nested(10_000, 0x03, 0x40)),
  NESTED_IFS(() -> nested(10_000, 0x41, 0, 0x04, 0x40)),
  NESTED_HANDLERS(() -> nested(5_000, 0x1F, 0x40, 1, 2, 0)),
  LADDER(() -> ladder(3_000)),
  LABELS(() -> new Parts().code(labels(50_000, 50_000))),
  LABELS_WITHOUT_END(() -> new Parts().code(labels(0xFFFF_FFF0L, 100))),
  STRAIGHT_CODE(() -> new Parts().code(body(repeated(100_000, 0x41, 1, 0x1A)))),
  VARIABLES(() -> new Parts().code(sums(20_000))),
  OPERANDS(() -> new Parts().code(operands(40_000))),
  CALLS(() -> new Parts().code(body(repeated(30_000, 0x10, 1))).functions(1, body())),
  ENDLESS_RECURSION(() -> new Parts().code(body(0x10, 0))),
  CONSTANT_EXPRESSION(() -> new Parts().section(6, one(longConstant(20_000)))),
  TABLE(() -> new Parts().section(4, one(table(10_000_000)))),
  TABLES(() -> new Parts().section(4, times(100, table(9_999_999)))),
  TABLE_BEYOND_THE_LIMIT(() -> new Parts().section(4, one(table(0xFFFF_FFFFL)))),
  ELEMENTS(() -> new Parts().section(4, one(table(1))).elements(0x7FFF_FFFF)),
  DATA(() -> new Parts().section(5, one(memory(1000))).data(5_000_000, 5_000_000)),
  DATA_WITHOUT_END(() -> new Parts().section(5, one(memory(1))).data(0xFFFF_FFFFL, 1)),
  MEMORY(() -> new Parts().section(5, one(memory(65_536)))),
  LIST_OF_TYPES_WITHOUT_END(() -> new Parts().types(list(0xFFFF_FFFFL, 0x60, 0, 0))),
  LIST_OF_FUNCTIONS_WITHOUT_END(() -> new Parts().section(3, list(0xFFFF_FFFFL, 0)));

  private final Supplier<Parts> parts;

  Bomb(Supplier<Parts> parts) {
    this.parts = parts;
  }

  byte[] module() {
    return parts.get().module();
  }

  /** A module in the making: one type and one function, unless said otherwise. */
  private static final class Parts {
    private final ModuleBytes[] sections = new ModuleBytes[12];
    private ModuleBytes customs = empty();
    private ModuleBytes code = body();
    private ModuleBytes more = empty();
    private int moreFunctions;
    private int importedFunctions;
    private ModuleBytes exports = empty();
    private int exportCount = 1;

    Parts() {
      types(one(empty().bytes(0x60, 0, 0)));
    }

    Parts section(int id, ModuleBytes content) {
      sections[id] = content;
      return this;
    }

    Parts types(ModuleBytes list) {
      return section(1, list);
    }

    Parts code(ModuleBytes body) {
      code = body;
      return this;
    }

    /** So many more functions, all with this body. */
    Parts functions(int count, ModuleBytes body) {
      moreFunctions = count;
      var all = empty();
      for (int i = 0; i < count; i++) {
        all.sized(body);
      }
      more = all;
      return this;
    }

    Parts imports(int count) {
      var list = empty().unsigned(count);
      for (int i = 0; i < count; i++) {
        list.append(name("m")).append(name("f" + i)).bytes(0, 0);
      }
      importedFunctions = count;
      return section(2, list);
    }

    Parts export(String name) {
      exports.append(name(name)).bytes(0, 0);
      exportCount++;
      return this;
    }

    Parts exports(int count) {
      for (int i = 0; i < count; i++) {
        export("e" + i);
      }
      return this;
    }

    Parts named(String function) {
      customs.section(0, name("name").section(1, empty().bytes(1, 0).append(name(function))));
      return this;
    }

    Parts customs(int count, int bytes) {
      ModuleBytes content = name("c").append(repeated(bytes, 'z'));
      for (int i = 0; i < count; i++) {
        customs.section(0, content);
      }
      return this;
    }

    Parts elements(long count) {
      return section(9, empty().bytes(1, 0, 0x41, 0, 0x0B).unsigned(count).bytes(0));
    }

    Parts data(long said, int bytes) {
      return section(
          11, empty().bytes(1, 0, 0x41, 0, 0x0B).unsigned(said).append(repeated(bytes, 'x')));
    }

    /** Bytes behind the module. */
    Parts tail(int... bytes) {
      customs.bytes(bytes[0]).unsigned(bytes[1] & 0xFFFF_FFFFL);
      return this;
    }

    byte[] module() {
      if (sections[3] == null) {
        sections[3] = empty().unsigned(1 + moreFunctions).append(repeated(1 + moreFunctions, 0));
      }
      sections[7] =
          empty()
              .unsigned(exportCount)
              .append(name("_start"))
              .bytes(0)
              .unsigned(importedFunctions)
              .append(exports);
      sections[10] = empty().unsigned(1 + moreFunctions).sized(code).append(more);
      var module = ModuleBytes.header();
      for (int id = 1; id < sections.length; id++) {
        if (sections[id] != null) {
          module.section(id, sections[id]);
        }
      }
      return module.append(customs).toArray();
    }
  }

  private static ModuleBytes empty() {
    return ModuleBytes.empty();
  }

  private static ModuleBytes name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var name = empty().unsigned(bytes.length);
    for (byte b : bytes) {
      name.bytes(b);
    }
    return name;
  }

  private static ModuleBytes repeated(int times, int... bytes) {
    return repeated(times, all -> all.bytes(bytes));
  }

  private static ModuleBytes repeated(int times, Consumer<ModuleBytes> what) {
    var all = empty();
    for (int i = 0; i < times; i++) {
      what.accept(all);
    }
    return all;
  }

  /** A list of equal entries. */
  private static ModuleBytes repeat(int times, int... bytes) {
    return empty().unsigned(times).append(repeated(times, bytes));
  }

  private static ModuleBytes times(int times, ModuleBytes entry) {
    return empty().unsigned(times).append(repeated(times, all -> all.append(entry)));
  }

  private static ModuleBytes one(ModuleBytes entry) {
    return times(1, entry);
  }

  /** A list that says how long it is. */
  private static ModuleBytes list(long said, int... bytes) {
    return empty().unsigned(said).bytes(bytes);
  }

  private static ModuleBytes type(int parameters, int results) {
    return empty()
        .bytes(0x60)
        .unsigned(parameters)
        .append(repeated(parameters, 0x7F))
        .unsigned(results)
        .append(repeated(results, 0x7F));
  }

  private static ModuleBytes table(long elements) {
    return empty().bytes(0x70, 1).unsigned(elements).unsigned(0xFFFF_FFFFL);
  }

  private static ModuleBytes memory(long pages) {
    return empty().bytes(0).unsigned(pages);
  }

  private static ModuleBytes body(int... code) {
    return body(empty().bytes(code));
  }

  private static ModuleBytes body(ModuleBytes code) {
    return empty().bytes(0).append(code).bytes(0x0B);
  }

  private static ModuleBytes locals(long count) {
    return empty().bytes(1).unsigned(count).bytes(0x7F, 0x0B);
  }

  private static Parts nested(int depth, int... begin) {
    return new Parts().code(body(repeated(depth, begin).append(repeated(depth, 0x0B))));
  }

  /** Blocks in each other, a case with a sum behind each end, and in the innermost a switch. */
  private static Parts ladder(int cases) {
    var code = repeated(cases, 0x02, 0x40).bytes(0x41, 7, 0x0E).unsigned(cases - 1);
    for (int i = 0; i < cases; i++) {
      code.unsigned(i);
    }
    code.append(repeated(cases, 0x0B, 0x41, 1, 0x41, 2, 0x6A, 0x1A));
    return new Parts().code(body(code));
  }

  private static ModuleBytes labels(long said, int labels) {
    return body(
        empty()
            .bytes(0x02, 0x40, 0x41, 5, 0x0E)
            .unsigned(said)
            .append(repeated(labels + 1, 0))
            .bytes(0x0B));
  }

  private static ModuleBytes sums(int count) {
    return empty()
        .bytes(1, 1, 0x7F)
        .append(repeated(count, 0x20, 0, 0x41, 1, 0x6A, 0x21, 0))
        .bytes(0x0B);
  }

  private static ModuleBytes operands(int count) {
    return body(repeated(count, 0x41, 1).append(repeated(count - 1, 0x6A)).bytes(0x1A));
  }

  private static ModuleBytes longConstant(int terms) {
    return empty().bytes(0x7F, 0, 0x41, 0).append(repeated(terms, 0x41, 1, 0x6A)).bytes(0x0B);
  }
}
