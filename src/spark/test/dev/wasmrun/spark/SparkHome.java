package dev.wasmrun.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * An installation of Spark made of the libraries on this process's class path: {@code jars/} with
 * links to them, and a {@code spark-submit}.
 */
public final class SparkHome {
  private static final String SUBMIT =
      """
      #!/bin/bash
      # What Spark's own does: the launcher says how to start the virtual machine.
      command=()
      while IFS= read -r -d '' word; do
        command+=("$word")
      done < <("$JAVA_HOME/bin/java" -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \
        org.apache.spark.deploy.SparkSubmit "$@")
      exec "${command[1]#$'\\n'}" "${command[@]:2}"
      """;

  private final Path home;

  /** Makes an installation in an empty directory. */
  public SparkHome(Path home) throws IOException {
    this.home = home;
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(entry).toAbsolutePath();
      if (entry.endsWith(".jar") && isOfSpark(jar)) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, SUBMIT);
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(home.resolve("RELEASE"), "Spark of the class path\n");
  }

  /** Neither our own libraries, which are to come from our jar, nor those of tests. */
  private static boolean isOfSpark(Path jar) {
    String path = jar.toString();
    for (String ours :
        List.of(
            "/dylibso/",
            "/picocli/",
            "/jackson-jr-objects/",
            "/HdrHistogram/",
            "/xchart/",
            "/junit/",
            "/jqwik/",
            "/archunit/",
            "/ow2/")) {
      if (path.contains(ours)) {
        return false;
      }
    }
    return true;
  }

  /** Where it is. */
  public Path path() {
    return home;
  }

  /** A process of one of its programs, which runs on the Java of this process. */
  ProcessBuilder program(String main, List<String> args) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", home.resolve("jars") + "/*"));
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    command.add(main);
    command.addAll(args);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }
}
