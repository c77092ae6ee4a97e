package packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.spark.SparkCluster;
import dev.wasmrun.spark.SparkHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a cluster, with the jars as users have them. */
@Timeout(900)
final class SparkSubmitIT {
  private static final Path SPARK_JAR = Jars.SHADED.resolveSibling("wasm-run-spark.jar");

  @TempDir private Path directory;

  @Test
  void aRunOnAClusterPrintsWhatOneRunPrints() throws Exception {
    var home = new SparkHome(Files.createDirectory(directory.resolve("home")));
    try (var cluster = new SparkCluster(home)) {
      List<String> run = List.of("happycoin.wasm", "3000000", "42");
      var sharded = new ArrayList<>(run);
      sharded.addAll(List.of("--shards", "6", "--on", cluster.url()));
      String printed = run(home, sharded, 0);
      assertEquals(run(home, run, 0), printed);
      assertTrue(printed.lines().count() > 10, printed);

      List<String> wrong =
          List.of("happycoin.wasm", "100", "--shards", "200", "--on", cluster.url());
      assertEquals("", run(home, wrong, 2));
      assertEquals(
          "wasm-run: 200 shards of an amount of 100 would leave some with nothing to do; give at most as many\n",
          Files.readString(err()));
    }
  }

  @Test
  void onlyItsOwnJarHoldsWhatIsForSpark() {
    Set<String> ours = Jars.entries(SPARK_JAR);
    assertTrue(ours.contains("dev/wasmrun/spark/WasmUdf.class"));
    assertEquals(
        List.of(),
        ours.stream()
            .filter(entry -> entry.endsWith(".class") && !entry.startsWith("dev/wasmrun/spark/"))
            .toList());
    for (Path jar : List.of(Jars.SHADED, Jars.PLAIN)) {
      assertEquals(
          List.of(),
          Jars.entries(jar).stream()
              .filter(entry -> entry.contains("spark") || entry.contains("scala"))
              .toList(),
          jar.toString());
    }
  }

  private Path err() {
    return directory.resolve("err");
  }

  private String run(SparkHome home, List<String> args, int expectedCode) throws Exception {
    Path out = directory.resolve("out");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", Jars.SHADED.toString()));
    command.addAll(args);
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err().toFile());
    builder.environment().put("SPARK_HOME", home.path().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    assertTrue(process.waitFor(800, TimeUnit.SECONDS), "did not end");
    assertEquals(expectedCode, process.exitValue(), () -> text(err()));
    return Files.readString(out);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
