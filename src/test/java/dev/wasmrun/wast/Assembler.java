package dev.wasmrun.wast;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * WABT's {@code wat2wasm}, and a directory that remembers what it made of each text.
 *
 * <p>It assembles without validating, so that invalid modules reach the runtime. Safe for any
 * number of threads, and for several processes on one directory.
 */
final class Assembler {
  private static final List<String> COMMAND = List.of("wat2wasm", "--enable-all", "--no-check");
  private static final long TIMEOUT_SECONDS = 60;

  private final Path directory;

  private Assembler(Path directory) {
    this.directory = directory;
  }

  /** The assembler of this machine; empty if it has none. */
  static Optional<Assembler> find() throws IOException {
    try {
      var process = new ProcessBuilder("wat2wasm", "--version").redirectErrorStream(true).start();
      String version = output(process);
      Path directory =
          Path.of(System.getProperty("java.io.tmpdir"), "wast-" + hash(COMMAND + version));
      return Optional.of(new Assembler(Files.createDirectories(directory)));
    } catch (IOException e) {
      return Optional.empty(); // No such program.
    }
  }

  /**
   * Assembles the text of one module.
   *
   * @param latin1 the text's bytes, each as the character of that number
   * @return the binary, or empty if the text is none that the assembler knows
   */
  Optional<byte[]> assemble(String latin1) throws IOException {
    String hash = hash(latin1);
    Path known = directory.resolve(hash + ".wasm");
    Path refused = directory.resolve(hash + ".refused");
    if (Files.exists(known)) {
      return Optional.of(Files.readAllBytes(known));
    }
    if (Files.exists(refused)) {
      return Optional.empty();
    }
    Path text = Files.createTempFile(directory, "module-", ".wat");
    Path binary = text.resolveSibling(text.getFileName() + ".wasm");
    try {
      Files.write(text, latin1.getBytes(StandardCharsets.ISO_8859_1));
      if (run(text, binary) != 0) {
        Files.writeString(refused, "");
        return Optional.empty();
      }
      byte[] bytes = Files.readAllBytes(binary);
      Files.move(binary, known, StandardCopyOption.ATOMIC_MOVE);
      return Optional.of(bytes);
    } finally {
      Files.deleteIfExists(text);
      Files.deleteIfExists(binary);
    }
  }

  private static int run(Path text, Path binary) throws IOException {
    var builder = new ProcessBuilder(new ArrayList<>(COMMAND));
    builder.command().addAll(List.of(text.toString(), "-o", binary.toString()));
    var process = builder.redirectErrorStream(true).start();
    output(process);
    return process.exitValue();
  }

  /** What a process prints until it has ended. */
  private static String output(Process process) throws IOException {
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("wat2wasm does not end");
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while assembling", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String hash(String latin1) {
    try {
      byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
