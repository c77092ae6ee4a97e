package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Returned;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * The results of one controlled run, as lines. To hand over a result is a step that other threads
 * can notice.
 */
public final class RunOutput implements RunListener {
  private final Consumer<String> step;
  private final StringBuilder text = new StringBuilder(); // guarded by this

  RunOutput(Consumer<String> step) {
    this.step = step;
  }

  @Override
  public void emitted(long value) {
    add(Long.toUnsignedString(value) + "\n");
  }

  @Override
  public void printed(String printed) {
    add(printed);
  }

  @Override
  public void returned(int thread, Returned values) {
    if (values.size() > 0) {
      add(thread + ": " + values + "\n");
    }
  }

  /** A stream whose bytes are results, in UTF-8. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        add(new String(bytes, offset, length, StandardCharsets.UTF_8));
      }
    };
  }

  private void add(String printed) {
    step.accept(printed);
    synchronized (this) {
      text.append(printed);
    }
  }

  synchronized List<String> lines() {
    return text.toString().lines().toList();
  }
}
