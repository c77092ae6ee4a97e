package dev.wasmrun.cli;

import dev.wasmrun.shard.ShardException;
import dev.wasmrun.shard.ShardRunner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The way to a cluster of Spark: {@code spark-submit} of an installation runs the same command line
 * again, with Spark's classes and those of ours that use them.
 */
final class SparkSubmit {
  /** What spark-submit sets in the process that it runs us in. */
  private static final String SUBMITTED = "spark.master";

  /** What we set there besides: the process that has asked for it. */
  private static final String ASKER = "wasmrun.asker";

  private static final String TERMINAL = "wasmrun.stderr.size";

  /** How the address of a master of Spark's own begins. */
  private static final String STANDALONE = "spark://";

  private static final int LONGEST_CONNECT_MILLIS = 10_000;

  private static final String HOME = "SPARK_HOME";
  private static final String JAR = "wasm-run-spark.jar";
  private static final String LOG = "!/dev/wasmrun/spark/log4j2.properties";

  /** From this Java on, what Spark does with native and unsafe memory is warned of. */
  private static final int FIRST_TO_WARN = 24;

  /**
   * As the launcher has it, and for the same reasons, in the processes of the cluster, too; without
   * the exports memory is reached in a slower way, and vectors are computed by halves.
   */
  private static final String VM_OPTIONS =
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"
          + " --add-exports=java.base/jdk.internal.module=ALL-UNNAMED"
          + " -XX:-DontCompileHugeMethods -XX:-ClipInlining -XX:CompilerThreadStackSize=65536";

  private SparkSubmit() {}

  /** Whether this process is one that spark-submit has started. */
  static boolean submitted() {
    return System.getProperty(SUBMITTED) != null;
  }

  /**
   * What runs shards on the cluster that this process has been submitted to.
   *
   * @param master where the user wants them
   */
  static ShardRunner runner(String master) {
    endWithAsker();
    return ServiceLoader.load(ShardRunner.class)
        .findFirst()
        .orElseThrow(
            () ->
                new ShardException(
                    "cannot run on %s: this process has no %s".formatted(master, JAR), null));
  }

  /**
   * Ends this process with the one that has asked for it, of which nothing may be left to say so.
   */
  private static void endWithAsker() {
    Optional.ofNullable(System.getProperty(ASKER))
        .map(Long::valueOf)
        .flatMap(ProcessHandle::of)
        .ifPresent(asker -> asker.onExit().thenRun(() -> System.exit(ExitCode.INTERRUPTED.code())));
  }

  /**
   * Runs this command line again, submitted.
   *
   * @param args the arguments of the command line
   * @param environment the variables of this process
   * @return its exit code
   * @throws ShardException if there is no spark-submit, no jar to give to it, or no master
   */
  static int again(
      String master, List<String> args, Map<String, String> environment, Console console)
      throws InterruptedException {
    Path submit = submit(master, environment);
    requireAnswer(master);
    Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
    Path sparkJar = jar.resolveSibling(JAR);
    if (!jar.toString().endsWith(".jar") || !Files.exists(sparkJar)) {
      throw new ShardException(
          "cannot run on %s: %s is missing, which mvn -Pspark package makes, and ./wasm-run by itself"
              .formatted(master, sparkJar),
          null);
    }
    var command = new ArrayList<>(List.of(submit.toString(), "--master", master));
    command.addAll(List.of("--name", "wasm-run", "--class", Main.class.getName()));
    command.addAll(List.of("--jars", jar.toString()));
    String driver = VM_OPTIONS + terminal() + quiet(settings(environment), sparkJar);
    driver += " -D%s=%s".formatted(ASKER, ProcessHandle.current().pid());
    command.addAll(List.of("--driver-java-options", driver));
    command.addAll(List.of("--conf", "spark.executor.extraJavaOptions=" + VM_OPTIONS));
    // Results are passed on as they come: there is no need for room for all of them.
    command.addAll(List.of("--conf", "spark.driver.maxResultSize=0"));
    command.addAll(List.of("--conf", "spark.ui.showConsoleProgress=false"));
    command.add(sparkJar.toString());
    command.add(Commands.RUN);
    command.addAll(args);
    console.out().flush();
    try {
      return SubmittedProcess.run(command, console.err());
    } catch (IOException e) {
      throw new ShardException("cannot start %s: %s".formatted(submit, e.getMessage()), e);
    }
  }

  /** Where an installation has its settings. */
  private static Path settings(Map<String, String> environment) {
    String named = environment.getOrDefault("SPARK_CONF_DIR", "");
    return named.isEmpty() ? Path.of(environment.get(HOME), "conf") : Path.of(named);
  }

  /** What keeps Spark from telling how it starts, unless its settings say what it is to log. */
  private static String quiet(Path settings, Path sparkJar) {
    String log =
        Files.exists(settings.resolve("log4j2.properties"))
            ? ""
            : " -Dlog4j2.configurationFile=jar:%s%s".formatted(sparkJar.toUri(), LOG);
    // Which may choose another Java, that does not have these options.
    boolean known = !Files.exists(settings.resolve("spark-env.sh"));
    return known && Runtime.version().feature() >= FIRST_TO_WARN
        ? log + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
        : log;
  }

  /**
   * That there is a terminal; how wide it is, no option of a virtual machine can say with blanks.
   */
  private static String terminal() {
    return System.getProperty(TERMINAL, "").isEmpty() ? "" : " -D" + TERMINAL + "=unknown";
  }

  /**
   * Requires a master of Spark's own to be there: Spark itself tries for a minute, and tells each
   * of its tries by a page.
   */
  private static void requireAnswer(String master) {
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    Exception trouble = null;
    for (String each : master.substring(STANDALONE.length()).split(",")) { // the first that leads
      String[] at = each.split(":");
      try (var socket = new Socket()) {
        var address = new InetSocketAddress(at[0], Integer.parseInt(at[1]));
        socket.connect(address, LONGEST_CONNECT_MILLIS);
        return;
      } catch (IOException | IllegalArgumentException e) { // the latter for a port above 65535
        trouble = e;
      }
    }
    String why =
        trouble instanceof UnknownHostException
            ? "unknown host"
            : String.valueOf(trouble.getMessage());
    throw new ShardException(
        "no master of Spark answers at %s: %s".formatted(master, why), trouble);
  }

  private static Path submit(String master, Map<String, String> environment) {
    String home = environment.getOrDefault(HOME, "");
    if (home.isEmpty()) {
      throw new ShardException(
          "cannot run on %s: set %s to an installation of Spark 4".formatted(master, HOME), null);
    }
    Path submit = Path.of(home, "bin", "spark-submit");
    if (!Files.isExecutable(submit)) {
      throw new ShardException(
          "cannot run on %s: there is no bin/spark-submit in %s, which %s names"
              .formatted(master, home, HOME),
          null);
    }
    return submit;
  }
}
