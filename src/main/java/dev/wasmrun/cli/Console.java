package dev.wasmrun.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.pictures.TerminalSize;
import dev.wasmrun.wasi.ProcessInput;
import dev.wasmrun.wasi.ProcessOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Where a command writes: results to {@code out}, everything else to {@code err}.
 *
 * @param outSize the size of the window that shows {@code out}; empty if that is no terminal
 * @param errSize the size of the window that shows {@code err}; empty if that is no terminal
 * @param colored whether errors are in colour
 * @param ofProcess whether these are the process's own standard streams
 */
record Console(
    PrintStream out,
    PrintStream err,
    Optional<TerminalSize> outSize,
    Optional<TerminalSize> errSize,
    boolean colored,
    boolean ofProcess) {

  /** A console of streams that are none of this process. */
  Console(
      PrintStream out,
      PrintStream err,
      Optional<TerminalSize> outSize,
      Optional<TerminalSize> errSize,
      boolean colored) {
    this(out, err, outSize, errSize, colored, false);
  }

  /** A console whose output is read by a program rather than by somebody at a terminal. */
  Console(PrintStream out, PrintStream err) {
    this(out, err, Optional.empty(), Optional.empty(), false);
  }

  /** The same console with or without colour. */
  Console inColor(boolean wanted) {
    return new Console(out, err, outSize, errSize, wanted, ofProcess);
  }

  /** A text in a colour, where there are colours. */
  String painted(Paint paint, String text) {
    return colored ? paint.on(text) : text;
  }

  /** A stream that writes to {@code out}, which tells a guest where that goes. */
  OutputStream toOut(OutputStream stream) {
    return ofProcess ? new ProcessOutput(stream, 1) : stream;
  }

  /** What guests write their errors to. */
  OutputStream toErr() {
    return ofProcess ? new ProcessOutput(err, 2) : err;
  }

  /** What guests read. */
  InputStream in() {
    return ofProcess ? new ProcessInput(System.in) : System.in;
  }

  /** Whether {@code err} can show a progress bar. */
  boolean errIsTerminal() {
    return errSize.isPresent();
  }

  /** Says something on standard error, on a line that names this program. */
  void say(String message) {
    err.println("wasm-run: " + message);
    err.flush();
  }

  /** Writes a value as indented JSON on standard output. */
  void json(Object value) {
    out.println(toJson(value));
    out.flush();
  }

  /** A value as indented JSON, without a newline at its end. */
  static String toJson(Object value) {
    try {
      return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
