package dev.wasmrun.parity;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.programs.Results;
import java.util.List;

/** The output of one run, of a guest or of Java, kept as lines. */
final class CollectedOutput implements RunListener, Results {
  private final StringBuilder text = new StringBuilder(); // guarded by this

  @Override
  public synchronized void emit(long value) {
    text.append(Long.toUnsignedString(value)).append('\n');
  }

  @Override
  public synchronized void print(String printed) {
    text.append(printed);
  }

  @Override
  public void emitted(long value) {
    emit(value);
  }

  @Override
  public void printed(String printed) {
    print(printed);
  }

  synchronized List<String> lines() {
    return text.toString().lines().toList();
  }
}
