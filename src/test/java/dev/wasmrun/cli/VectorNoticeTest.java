package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who runs a guest with vectors in a Java that was started without what helps is told, once. */
class VectorNoticeTest {
  private static final String EXPORT = "--add-exports java.base/jdk.internal.module=ALL-UNNAMED";
  private static final String FIXTURE = "src/test/resources/fixtures/vectors.wasm";

  /** Before this Java, vectors are halves unless a property says otherwise. */
  private static final int WANTED = 21;

  private static final String STACK = "-XX:CompilerThreadStackSize=65536";

  @ParameterizedTest
  @CsvSource({
    "'', vectors, 1",
    "-XX:CompilerThreadStackSize=65536, vectors, 1",
    "--add-exports java.base/jdk.internal.module=ALL-UNNAMED, vectors, 1",
    "--add-exports java.base/jdk.internal.module=ALL-UNNAMED -XX:CompilerThreadStackSize=65536,"
        + " vectors, 0",
    "-Dwasmrun.vectors=halves, vectors, 0",
    "'', add, 0"
  })
  void theOptionsAreNamedWhereTheyAreMissing(String given, String module, int told)
      throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    if (!given.isEmpty()) {
      command.addAll(List.of(given.split(" ")));
    }
    command.add(Main.class.getName());
    boolean vectors = module.equals("vectors");
    command.addAll(
        vectors
            ? List.of(FIXTURE, "--invoke", "times", "3", "i32x4:1,2,3,4")
            : List.of("add.wasm", "--invoke", "add", "2", "3"));
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(vectors ? "i32x4:3,6,9,12\n" : "5\n", out, err);
    boolean wanted = Runtime.version().feature() >= WANTED;
    assertEquals(wanted ? told + 1 : 1, err.split(EXPORT + " " + STACK, -1).length, err);
    assertEquals(-1, err.indexOf("incubator"), err);
  }
}
