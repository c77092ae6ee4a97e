package dev.wasmrun.module;

import dev.wasmrun.Internal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A module in WebAssembly's text format, which {@code wat2wasm} of wabt turns into bytes. */
@Internal
public final class TextModule {
  static final String EXTENSION = ".wat";

  private static final String ASSEMBLER = "wat2wasm";

  private TextModule() {}

  /**
   * Loads a module of bytes or of text from a stream, which it leaves open.
   *
   * @param name what messages call it
   * @throws ModuleException if it cannot be read, is malformed or does not validate
   */
  public static GuestModule load(String name, InputStream in) {
    byte[] bytes = ModuleSource.read(name, in).bytes();
    return GuestModule.of(name, isText(bytes) ? assemble(name, bytes) : bytes);
  }

  /** Whether it looks like text: the first thing in it is a parenthesis or a comment. */
  public static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      if (!Character.isWhitespace(b)) {
        return b == '(' || (b == ';' && bytes.length > 1);
      }
    }
    return false;
  }

  /**
   * The module as bytes, with the names of its functions.
   *
   * @param name what messages call it
   * @throws ModuleException if the assembler is not installed, or finds a mistake
   */
  public static byte[] assemble(String name, byte[] text) {
    try {
      Path source = Files.createTempFile("wasm-run", EXTENSION);
      Path binary = Files.createTempFile("wasm-run", ".wasm");
      try {
        Files.write(source, text);
        assemble(name, source, binary);
        return Files.readAllBytes(binary);
      } finally {
        Files.delete(source);
        Files.delete(binary);
      }
    } catch (IOException e) {
      throw new ModuleException("cannot assemble %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static void assemble(String name, Path source, Path binary) throws IOException {
    Process process = start(name, source, binary);
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        // Such as FILE:2:9: error: unexpected token "x", expected a number.
        String first = said.lines().findFirst().orElse("it does not say why");
        throw new ModuleException(
            "cannot assemble %s".formatted(first.replace(source.toString(), name)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModuleException("cannot assemble %s: interrupted".formatted(name), e);
    } finally {
      process.destroy();
    }
  }

  private static Process start(String name, Path source, Path binary) {
    try {
      return new ProcessBuilder(
              ASSEMBLER, "--enable-all", "--debug-names", "-o", binary + "", source + "")
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new ModuleException(
          "cannot assemble %s: %s is not installed; install wabt, or give a .wasm file"
              .formatted(name, ASSEMBLER),
          e);
    }
  }
}
