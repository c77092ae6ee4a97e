package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.ModuleBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a module calls things, no output of ours has a line, or moves a cursor, for it. */
@Timeout(120)
final class NamesAreDataTest {
  private static final String EVIL =
      "ev\u001b]0;PWNED\u0007\u001b[31m\nwasm-run: FORGED\r\b\u202e\u2028\u0085il";

  @TempDir private Path directory;

  private static ModuleBytes name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var name = ModuleBytes.empty().unsigned(bytes.length);
    for (byte b : bytes) {
      name.bytes(b);
    }
    return name;
  }

  /** A module with one function, which traps, and evil names wherever there can be names. */
  private static ModuleBytes module(boolean imports, String start) {
    var module = ModuleBytes.header().section(1, ModuleBytes.empty().bytes(1, 0x60, 0, 0));
    if (imports) {
      module.section(
          2, ModuleBytes.empty().bytes(1).append(name(EVIL)).append(name(EVIL)).bytes(0, 0));
    }
    int own = imports ? 1 : 0;
    return module
        .section(3, ModuleBytes.empty().bytes(1, 0))
        .section(
            7,
            ModuleBytes.empty()
                .bytes(2)
                .append(name(start))
                .bytes(0, own)
                .append(name(EVIL))
                .bytes(0, own))
        .section(10, ModuleBytes.empty().bytes(1, 3, 0, 0, 0x0B))
        .section(
            0,
            name("name")
                .append(
                    ModuleBytes.empty()
                        .section(1, ModuleBytes.empty().bytes(1, own).append(name(EVIL)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect MODULE",
        "inspect MODULE --json",
        "MODULE",
        "MODULE --json",
        "MODULE --engine interpreter",
        "MODULE --invoke START",
        "check MODULE --invoke START",
        "MODULE --invoke nothing",
        "MODULE --invoke ewil",
        "check MODULE",
        "check MODULE --schedules 2"
      })
  void noNameIsMoreThanText(String line) throws IOException {
    for (boolean imports : new boolean[] {false, true}) {
      for (String start : new String[] {"_start", "work", EVIL + "2"}) {
        Path file = directory.resolve("m.wasm");
        Files.write(file, module(imports, start).toArray());
        String invoked = start.startsWith(EVIL) ? "nothing" : start;
        String command = line.replace("MODULE", file.toString()).replace("START", invoked);
        Ended ended = Ended.run(command.split(" "));
        assertPlain(ended.out() + ended.err());
      }
    }
  }

  private static void assertPlain(String text) {
    String shown = text.replace("\n", "");
    assertTrue(shown.codePoints().noneMatch(NamesAreDataTest::moves), text);
    assertEquals(0, text.lines().filter(line -> line.startsWith("wasm-run: FORGED")).count(), text);
  }

  private static boolean moves(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.LINE_SEPARATOR;
  }
}
