package dev.wasmrun;

import dev.wasmrun.module.GuestModule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A module with one function and names that are attacks on whoever reads them: they would end a
 * line, forge one of ours, change colours and titles, and reverse the direction of writing. Each
 * ends with a word that says whose name it is.
 */
public final class EvilModule {
  /** The parts of each name, and what they are to be shown as. */
  private static final String[][] ATTACKS = {
    {"\u001b", "<U+001B>"},
    {"]0;PWNED", "]0;PWNED"},
    {"\u0007", "<U+0007>"},
    {"\n", "<U+000A>"},
    {"wasm-run: FORGED", "wasm-run: FORGED"},
    {"\r", "<U+000D>"},
    {"\b", "<U+0008>"},
    {"\u202e", "<U+202E>"},
    {"\u2066", "<U+2066>"},
    {"\u0085", "<U+0085>"}
  };

  private final List<String> exports = new ArrayList<>(List.of(evil("EXPORT")));
  private boolean imports;
  private boolean memory;
  private boolean named = true;
  private int start = -1;
  private int[] body = {};

  /** The name of something, as the module has it. */
  public static String evil(String what) {
    return joined(0) + what;
  }

  /** The same name as people are to see it. */
  public static String shown(String what) {
    return joined(1) + what;
  }

  private static String joined(int which) {
    var text = new StringBuilder();
    for (String[] attack : ATTACKS) {
      text.append(attack[which]);
    }
    return text.toString();
  }

  /** Whether a text does no more than show characters, on lines of its own. */
  public static boolean isPlain(String text) {
    return text.replace("\n", "").codePoints().noneMatch(EvilModule::doesMore)
        && text.lines().noneMatch(line -> line.startsWith("wasm-run: FORGED"));
  }

  private static boolean doesMore(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.LINE_SEPARATOR;
  }

  /** The function's code, without its end; it takes and returns nothing. */
  public EvilModule body(int... code) {
    body = code;
    return this;
  }

  /** The function has one more name, by which commands can say it. */
  public EvilModule export(String name) {
    exports.add(name);
    return this;
  }

  /** It imports a function, IMPORTMODULE and IMPORTFIELD, which nobody has. */
  public EvilModule imports() {
    imports = true;
    return this;
  }

  /** It imports a shared memory. */
  public EvilModule memory() {
    memory = true;
    return this;
  }

  /** There is no section of names; otherwise there is, where the function is called FUNCTION. */
  public EvilModule nameless() {
    named = false;
    return this;
  }

  /** It begins with a function of this index. */
  public EvilModule start(int function) {
    start = function;
    return this;
  }

  /** Loaded as {@code evil.wasm}. */
  public GuestModule load() {
    return GuestModule.of("evil.wasm", bytes());
  }

  /** Its bytes. */
  public byte[] bytes() {
    int own = imports ? 1 : 0;
    var module = ModuleBytes.header().section(1, ModuleBytes.empty().bytes(1, 0x60, 0, 0));
    if (imports || memory) {
      module.section(2, importSection());
    }
    module.section(3, ModuleBytes.empty().bytes(1, 0)).section(7, exportSection(own));
    if (start >= 0) {
      module.section(8, ModuleBytes.empty().unsigned(start));
    }
    var code = ModuleBytes.empty().bytes(0).bytes(body).bytes(0x0B);
    module.section(10, ModuleBytes.empty().bytes(1).sized(code));
    if (named) {
      var functions = ModuleBytes.empty().bytes(1, own).append(name(evil("FUNCTION")));
      module.section(0, name("name").append(ModuleBytes.empty().section(1, functions)));
    }
    return module.toArray();
  }

  private ModuleBytes importSection() {
    var section = ModuleBytes.empty().bytes((imports ? 1 : 0) + (memory ? 1 : 0));
    if (imports) {
      section.append(name(evil("IMPORTMODULE"))).append(name(evil("IMPORTFIELD"))).bytes(0, 0);
    }
    if (memory) {
      section.append(name("env")).append(name("memory")).bytes(2, 3, 1, 1);
    }
    return section;
  }

  private ModuleBytes exportSection(int own) {
    var section = ModuleBytes.empty().bytes(exports.size());
    exports.forEach(export -> section.append(name(export)).bytes(0, own));
    return section;
  }

  private static ModuleBytes name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var name = ModuleBytes.empty().unsigned(bytes.length);
    for (byte b : bytes) {
      name.bytes(b);
    }
    return name;
  }
}
