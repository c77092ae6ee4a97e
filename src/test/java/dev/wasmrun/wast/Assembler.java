package dev.wasmrun.wast;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The assembler of wasm-tools, run by Node, of which one process serves all texts; wabt's for what
 * it does not know any more.
 *
 * <p>It knows the text of every proposal, and does not validate, so that invalid modules reach the
 * runtime. Safe for any number of threads.
 */
final class Assembler implements AutoCloseable {
  /** Why scripts cannot be run where there is no assembler, and what to do. */
  static final String MISSING =
      "no assembler: install node and npm, and run `npm ci` in " + directory();

  private static final Path PROGRAM = directory().resolve("assemble.mjs");

  /** What only texts with the first form of exceptions have. */
  private static final Pattern FIRST_EXCEPTIONS =
      Pattern.compile("\\((try|do|catch|catch_all|rethrow|delegate)\\b");

  private final Process process;
  private final DataOutputStream texts; // guarded by this object, like the next one
  private final DataInputStream results;

  private Assembler(Process process) {
    this.process = process;
    this.texts = new DataOutputStream(process.getOutputStream());
    this.results = new DataInputStream(process.getInputStream());
  }

  private static Path directory() {
    return Path.of("src", "test", "node");
  }

  /** The assembler of this machine; empty if it has none. */
  static Optional<Assembler> find() {
    if (!Files.isDirectory(directory().resolve("node_modules"))) {
      return Optional.empty();
    }
    try {
      var builder = new ProcessBuilder("node", PROGRAM.toString());
      return Optional.of(
          new Assembler(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start()));
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
  synchronized Optional<byte[]> assemble(String latin1) throws IOException {
    byte[] text = latin1.getBytes(StandardCharsets.ISO_8859_1);
    texts.writeInt(text.length);
    texts.write(text);
    texts.flush();
    boolean assembled = results.readByte() != 0;
    byte[] result = results.readNBytes(results.readInt());
    if (assembled) {
      return Optional.of(result);
    }
    return FIRST_EXCEPTIONS.matcher(latin1).find() ? byWabt(text) : Optional.empty();
  }

  /** Assembles a text with the first form of exceptions, which only wabt knows. */
  private static Optional<byte[]> byWabt(byte[] text) throws IOException {
    Path source = Files.createTempFile("wast", ".wat");
    Path binary = Files.createTempFile("wast", ".wasm");
    try {
      Files.write(source, text);
      Process wabt =
          new ProcessBuilder(
                  "wat2wasm", "--enable-all", "--no-check", "-o", binary + "", source + "")
              .redirectErrorStream(true)
              .start();
      wabt.getOutputStream().close();
      wabt.getInputStream().readAllBytes();
      return wabt.waitFor() == 0 ? Optional.of(Files.readAllBytes(binary)) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      Files.delete(source);
      Files.delete(binary);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
