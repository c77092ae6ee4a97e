package packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.spark.SparkCluster;
import dev.wasmrun.spark.SparkHome;
import java.io.IOException;
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
      // Results are not kept on this side: a limit to their size has no meaning.
      Path settings = Files.createDirectory(home.path().resolve("conf"));
      Files.writeString(settings.resolve("spark-defaults.conf"), "spark.driver.maxResultSize 1k\n");
      String printed = run(home, sharded, 0);
      // Executors of a busy machine are late, which is told.
      assertEquals(
          List.of(),
          Files.readAllLines(err()).stream()
              .filter(line -> !line.startsWith("wasm-run: Spark: Initial job has not accepted"))
              .toList());
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
  void aRunThatIsEndedEndsOnSparkAndGoesOnFromThere() throws Exception {
    var home = new SparkHome(Files.createDirectory(directory.resolve("home")));
    Path kept = directory.resolve("kept");
    var args = new ArrayList<>(List.of("happycoin.wasm", "16000000", "42", "--shards", "16"));
    args.addAll(List.of("--on", "local[1]", "--resume", kept.toString()));
    Process process = start(home, args);
    while (process.isAlive() && !Files.exists(kept.resolve("shard-1-of-16.txt"))) {
      Thread.onSpinWait();
    }
    List<ProcessHandle> submitted = process.descendants().toList();
    assertFalse(submitted.isEmpty());
    process.toHandle().destroy(); // SIGTERM
    assertEquals(143, exitCode(process));
    for (ProcessHandle each : submitted) {
      each.onExit().get();
    }
    String said = Files.readString(err());
    assertTrue(
        said.matches(
            "wasm-run: interrupted with \\d+ of 16 shards done; the same command goes on from"
                + " there\n"),
        said);
    assertEquals(run(home, List.of("happycoin.wasm", "16000000", "42"), 0), run(home, args, 0));
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
    Process process = start(home, args);
    assertEquals(expectedCode, exitCode(process), () -> text(err()));
    return Files.readString(directory.resolve("out"));
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(800, TimeUnit.SECONDS), "did not end");
    return process.exitValue();
  }

  private Process start(SparkHome home, List<String> args) throws IOException {
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
    return builder.start();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
