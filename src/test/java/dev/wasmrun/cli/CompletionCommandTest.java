package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class CompletionCommandTest {
  /** Completes its arguments, the last of which is what is being typed. */
  private static final String TRY =
      """

      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _wasm_run
      echo "${COMPREPLY[*]}"
      """;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ins                        | inspect
          happyc                     | happycoin.wasm happycoin-c.wasm happycoin-pthreads.wasm
          --eng                      | --engine
          x.wasm --engine c          | compiler
          --engine=c                 |
          inspect x.wasm --q         |
          check x.wasm --switch-at a | all atomics
          list ring                  | ring-buffer ring-buffer-racy
          completion z               | zsh
          x.wasm --dir wasm-s        | wasm-src
          x.wasm --threads i         |
          wasm-src/wat/a             | wasm-src/wat/add.wat
          """)
  void bashCompletes(String typed, String completed) throws Exception {
    requireShell("bash");
    Path script = Files.writeString(directory.resolve("try"), script("bash") + TRY);
    var command = new ArrayList<>(List.of("bash", script.toString(), "wasm-run"));
    command.addAll(Arrays.asList(typed.split(" ")));
    assertEquals(completed == null ? "" : completed, output(command).strip());
  }

  @ParameterizedTest
  @CsvSource({"bash", "zsh", "fish"})
  void aScriptIsWellFormed(String shell) throws Exception {
    requireShell(shell);
    Path script = Files.writeString(directory.resolve("script"), script(shell));
    assertEquals("", output(List.of(shell, "-n", script.toString())));
  }

  @ParameterizedTest
  @CsvSource({"bash", "zsh", "fish", "man"})
  void everyCommandAndOptionIsThere(String shell) {
    String script = script(shell).replace("\\-", "-").replace(" -l ", " --");
    for (String word :
        List.of("check", "inspect", "list", "parity", "bench", "serve", "--threads", "--json")) {
      assertTrue(script.contains(word), word);
    }
    assertFalse(script.contains("${DEFAULT"), script);
    assertFalse(script.contains("%%"), script);
  }

  @Test
  void theManualPageHasNoMistakes() throws Exception {
    requireShell("groff");
    Path page = Files.writeString(directory.resolve("wasm-run.1"), script("man"));
    String text = output(List.of("groff", "-man", "-ww", "-z", page.toString()));
    assertEquals("", text);
  }

  @Test
  void allAreWrittenIntoADirectory() throws IOException {
    Path target = directory.resolve("a/b");
    Ended.run("completion", "--write", target.toString()).assertPrints("");
    assertEquals(script("bash"), Files.readString(target.resolve("wasm-run.bash")));
    assertEquals(script("zsh"), Files.readString(target.resolve("_wasm-run")));
    assertEquals(script("fish"), Files.readString(target.resolve("wasm-run.fish")));
    assertEquals(script("man"), Files.readString(target.resolve("wasm-run.1")));
  }

  @Test
  void anotherShellIsRefused() {
    Ended.run("completion", "tcsh")
        .assertFails(
            ExitCode.USAGE, "wasm-run: 'tcsh' is none of bash, zsh, fish, man; try --help");
    Ended.run("completion")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: name a shell, bash, zsh, fish, man; or --write DIR; try --help");
  }

  private static String script(String shell) {
    Ended ended = Ended.run("completion", shell);
    assertEquals(0, ended.code(), ended::toString);
    return ended.out();
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, ChildProcess.exitCode(process), output);
    return output;
  }

  private static void requireShell(String shell) {
    try {
      assumeTrue(
          ChildProcess.exitCode(new ProcessBuilder(shell, "--version").start()) == 0,
          shell + " does not work");
    } catch (IOException | InterruptedException e) {
      assumeTrue(false, "no " + shell + " here: " + e);
    }
  }
}
