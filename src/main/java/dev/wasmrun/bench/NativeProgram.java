package dev.wasmrun.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program's C source, the one that its module was built from, compiled for the processor, with a
 * small host around it that takes turns.
 */
final class NativeProgram {
  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"([^\"]+)\"");
  private static final String WRAPPER = "native-host.c";
  private static final String ADAPTER = "native.h";

  private NativeProgram() {}

  /** Whether there is a C compiler on the path. */
  static boolean canCompile() throws InterruptedException {
    try {
      var compiler = new ProcessBuilder("cc", "--version").redirectErrorStream(true).start();
      compiler.getInputStream().readAllBytes();
      return compiler.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Compiles a program of the gallery with {@code cc -O3 -pthread}.
   *
   * @param directory where to put the sources and the executable
   * @return the executable
   * @throws IOException if it does not compile, with the compiler's first error
   */
  static Path compile(String program, Path directory) throws IOException, InterruptedException {
    String source = program + ".c";
    copy("/c/", source, directory);
    copy("/c/", "host.c", directory);
    copy("/native/", WRAPPER, directory);
    copy("/native/", ADAPTER, directory);
    Path executable = directory.resolve(program);
    var command =
        new ArrayList<>(List.of("cc", "-std=gnu11", "-O3", "-pthread", "-w", "-include", ADAPTER));
    command.addAll(List.of(source, "host.c", WRAPPER, "-o", executable.toString()));
    var compiler =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (compiler.waitFor() != 0) {
      throw new IOException(
          "cc does not compile %s: %s"
              .formatted(
                  source,
                  said.lines().filter(l -> l.contains("error")).findFirst().orElse(said.strip())));
    }
    return executable;
  }

  /** Copies a source and, once each, the headers that it includes. */
  private static void copy(String from, String name, Path directory) throws IOException {
    Path target = directory.resolve(name);
    if (Files.exists(target)) {
      return;
    }
    byte[] source;
    try (InputStream in = NativeProgram.class.getResourceAsStream(from + name)) {
      if (in == null) {
        throw new IOException("there is no C source " + name);
      }
      source = in.readAllBytes();
    }
    Files.copy(new ByteArrayInputStream(source), target);
    var includes = INCLUDE.matcher(new String(source, StandardCharsets.UTF_8));
    while (includes.find()) {
      copy("/c/", includes.group(1), directory);
    }
  }
}
