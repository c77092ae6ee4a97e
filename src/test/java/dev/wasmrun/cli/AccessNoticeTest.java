package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who embeds the program in a Java that hides its memory is told the option that helps, once. */
class AccessNoticeTest {
  private static final String FLAG = "--add-exports java.base/jdk.internal.misc=ALL-UNNAMED";

  /** From here on the way that needs no option prints warnings, so it is not taken. */
  private static final int NEEDS_OPTION = 24;

  @ParameterizedTest
  @CsvSource({"false, '', true", "true, '', false", "false, buffer, false"})
  void theOptionIsNamedWhereItIsMissing(boolean exported, String form, boolean told)
      throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dwasmrun.memory=" + form);
    if (exported) {
      command.addAll(List.of(FLAG.split(" ")));
    }
    command.addAll(List.of(Main.class.getName(), "add.wasm", "--invoke", "add", "2", "3"));
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("5\n", out, err);
    boolean needed = Runtime.version().feature() >= NEEDS_OPTION;
    assertEquals(told && needed ? 2 : 1, err.split(FLAG, -1).length, err);
  }
}
