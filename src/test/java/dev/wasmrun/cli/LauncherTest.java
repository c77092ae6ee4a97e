package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the program, with this build's classes in place of its jar. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  @TempDir private Path home;

  @BeforeEach
  void install() throws IOException {
    Files.copy(Path.of("wasm-run"), home.resolve("wasm-run"));
    Files.createFile(home.resolve("pom.xml"));
    Files.createDirectories(home.resolve("src/main"));
    for (String source : new String[] {"pom.xml", "src/main"}) { // none newer than the jar
      Files.setLastModifiedTime(home.resolve(source), FileTime.from(Instant.EPOCH));
    }
    Files.createDirectory(home.resolve("target"));
    var manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    attributes.put(
        new Attributes.Name("Add-Exports"),
        "java.base/jdk.internal.misc java.base/jdk.internal.module");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (var file = Files.newOutputStream(home.resolve("target/wasm-run.jar"))) {
      new JarOutputStream(file, manifest).close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "-XX:+UseLargePages", // a warning in the log, on most machines
        "-XX:+PrintCompilation", // what is printed outside the log
        "-XX:StartFlightRecording:filename=recording.jfr" // how a recording began
      })
  void standardOutputIsTheGuestsAlone(String options) throws Exception {
    Ended ended = run(options);
    assertEquals("5\n", ended.out());
    assertEquals(ExitCode.OK.code(), ended.code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xlog",
        "-Xlog:gc",
        "-Xlog:gc=info,safepoint::uptime",
        "-verbose:gc",
        "-verbose",
        "-verbose:module",
        "-verbose:jni",
        "-XX:+PrintGC",
        "-XX:+PrintGCDetails",
        "-XX:+IgnoreUnrecognizedVMOptions -Xlog:gc*"
      })
  void aLogWithoutAPlaceGoesToStandardError(String options) throws Exception {
    Ended ended = run(options);
    assertEquals("5\n", ended.out());
    assertNotEquals("", ended.err());
    assertEquals(ExitCode.OK.code(), ended.code());
  }

  @Test
  void aLogGoesWhereItIsSent() throws Exception {
    Path log = home.resolve("gc.log");
    assertEquals("5\n", run("-Xlog:gc:file=" + log).out());
    assertTrue(Files.readString(log).contains("Using Serial"));
    assertTrue(run("-Xlog:gc:stdout").out().contains("Using Serial"));
  }

  @Test
  void aWrongLogIsToldOnStandardError() throws Exception {
    Ended ended = run("-Xlog:all=trace:file=no/such/directory");
    assertEquals("", ended.out());
    assertTrue(ended.err().contains("no/such/directory"), ended::err);
  }

  @Test
  void anArchiveOfNoUseIsNotMentioned() throws Exception {
    String version = System.getProperty("java.version");
    Path archive = home.resolve("target/wasm-run-java-" + version + ".classes");
    Files.writeString(archive, "no archive");
    assertEquals(new Ended(ExitCode.OK.code(), "5\n", ""), run(""));
  }

  /** Whether or not this Java makes one, for it takes no classes that are not in a jar. */
  @Test
  void aJavaWithoutAnArchiveIsPreparedOnce() throws Exception {
    assertEquals(
        new Ended(ExitCode.OK.code(), "5\n", "wasm-run: preparing for this Java, once\n"), run(""));
    assertEquals(new Ended(ExitCode.OK.code(), "5\n", ""), run(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--on spark://h:7077", "--on=yarn", "--on local[2]"})
  void whatIsForSparkIsBuiltWhenItIsAskedFor(String place) throws Exception {
    Path submit = Files.createDirectory(home.resolve("bin")).resolve("spark-submit");
    Path asked = home.resolve("asked");
    assertEquals(List.of(), build(asked, place), "without an installation");
    assertTrue(Files.createFile(submit).toFile().setExecutable(true));
    assertEquals(List.of("-q", "-B", "-Pspark"), build(asked, place).subList(0, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--on local", "-- --on spark://h:7077"})
  void nothingIsBuiltForSparkOtherwise(String place) throws Exception {
    Path submit = Files.createDirectory(home.resolve("bin")).resolve("spark-submit");
    assertTrue(Files.createFile(submit).toFile().setExecutable(true));
    assertEquals(List.of(), build(home.resolve("asked"), place));
  }

  @Test
  void withoutTheLibrariesOfSparkOneLineSaysSoAndTheRestRuns() throws Exception {
    Path submit = Files.createDirectory(home.resolve("bin")).resolve("spark-submit");
    assertTrue(Files.createFile(submit).toFile().setExecutable(true));
    runWithMaven(
        """
        echo '[ERROR] Could not resolve: org.apache.spark:spark-sql_2.13:jar:4.2.0'
        echo '[ERROR] [Help 1] of many lines'
        exit 1
        """,
        "--on yarn");
    assertEquals(
        List.of(
            "wasm-run: building what runs on Spark with Maven, which fetches Spark the first time",
            "wasm-run: Maven cannot fetch the libraries of Spark that this is built with: %s has what it said"
                .formatted(home.toRealPath().resolve("target/wasm-run.log"))),
        Files.readAllLines(home.resolve("out")));
    assertEquals("5\n", run("").out());
  }

  /** What Maven is asked for by a run there; one that fails stands in for it. */
  private List<String> build(Path asked, String place) throws Exception {
    runWithMaven("echo \"$@\" >'%s'\nexit 1\n".formatted(asked), place);
    return Files.exists(asked) ? List.of(Files.readString(asked).strip().split(" ")) : List.of();
  }

  private void runWithMaven(String script, String place) throws Exception {
    Path mvn = Files.createDirectories(home.resolve("bin")).resolve("mvn");
    Files.writeString(mvn, "#!/bin/sh\n" + script);
    assertTrue(mvn.toFile().setExecutable(true));
    var builder = new ProcessBuilder(home.resolve("wasm-run").toString(), "happycoin.wasm", "9");
    builder.command().addAll(List.of("--quiet", "--shards", "1"));
    builder.command().addAll(List.of(place.split(" ")));
    builder.command().removeIf(String::isEmpty);
    builder.environment().merge("PATH", mvn.getParent() + ":", (path, first) -> first + path);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("SPARK_HOME", home.toString());
    builder.redirectErrorStream(true).redirectOutput(home.resolve("out").toFile());
    ChildProcess.exitCode(builder.start());
  }

  private Ended run(String options) throws Exception {
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    var builder =
        new ProcessBuilder(home.resolve("wasm-run").toString(), "add.wasm", "--invoke", "add")
            .directory(home.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().addAll(List.of("2", "3"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", options);
    int code = ChildProcess.exitCode(builder.start());
    return new Ended(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
