package packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Small projects of users, built and run with the jars and nothing else of this project. */
@Timeout(300)
final class ProjectsIT {
  private static final Path PROJECTS = Path.of("src/test/projects");
  private static final String PRICES = "src/test/resources/fixtures/prices.wasm";
  private static final String COINS = "[3070564902305030000, 8349452321516680000]";

  @TempDir private Path directory;

  @Test
  void onTheClassPathWithoutWhatIsOptional() throws Exception {
    assertHello("unnamed module", "-cp", path(withPlain()), "hello.Hello");
  }

  @Test
  void onTheModulePathWithoutWhatIsOptional() throws Exception {
    assertHello("module hello", "--module-path", path(withPlain()), "hello/hello.Hello");
  }

  @Test
  void onTheClassPathWithTheShadedJar() throws Exception {
    assertHello("unnamed module", "-cp", Jars.SHADED.toString(), "hello.Hello");
  }

  @Test
  void onTheModulePathWithTheShadedJar() throws Exception {
    assertHello("module hello", "--module-path", Jars.SHADED.toString(), "hello/hello.Hello");
  }

  @Test
  void aPicocliOfOnesOwnIsTheOneThatIsFound() throws Exception {
    Path classes = compile("picocli", "-cp", Jars.SHADED.toString());
    String path = path(List.of(Jars.SHADED, classes)); // the user's own comes last
    assertEquals(
        List.of("the user's own picocli", "[add, add64]"), run("-cp", path, "greeting.Greeting"));
  }

  private static List<Path> withPlain() throws Exception {
    return Stream.concat(Stream.of(Jars.PLAIN), Jars.needed().stream()).toList();
  }

  private void assertHello(String module, String option, String path, String main)
      throws Exception {
    Path classes = compile("hello", option, path);
    String all = classes + File.pathSeparator + path;
    var command = new ArrayList<>(List.of(option, all));
    if (option.equals("--module-path")) {
      command.add("-m");
    }
    command.addAll(List.of(main, PRICES));
    List<String> lines = run(command.toArray(String[]::new));
    assertTrue(lines.get(0).startsWith("from " + module), lines::toString);
    assertEquals(
        List.of(COINS, "traced true", "7.0", "5 7", "calls 2"), lines.subList(1, lines.size()));
  }

  /** Compiles a project, its module descriptor only where that is of use. */
  private Path compile(String project, String option, String path) throws Exception {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    var command = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror"));
    command.addAll(List.of("-Xlint:-requires-automatic", "-d", classes.toString()));
    command.addAll(List.of(option, path));
    try (var files = Files.walk(PROJECTS.resolve(project))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> option.equals("--module-path") || !file.endsWith("module-info.java"))
          .forEach(file -> command.add(file.toString()));
    }
    var messages = new StringWriter();
    var out = new PrintWriter(messages);
    int code =
        ToolProvider.findFirst("javac").orElseThrow().run(out, out, command.toArray(String[]::new));
    assertEquals(0, code, messages::toString);
    return classes;
  }

  /** What a program prints, line by line; it has to end well. */
  private List<String> run(String... command) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path out = directory.resolve("out.txt");
    Path err = directory.resolve("err.txt");
    var builder = new ProcessBuilder(java.toString(), "-XX:+UseSerialGC");
    builder.command().addAll(List.of(command));
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertTrue(process.waitFor(200, TimeUnit.SECONDS), "did not end");
    assertEquals(0, process.exitValue(), Files.readString(err));
    return Files.readAllLines(out);
  }

  private static String path(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
