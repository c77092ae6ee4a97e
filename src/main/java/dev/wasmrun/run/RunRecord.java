package dev.wasmrun.run;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What a run tells, kept for its result or passed on as it comes.
 *
 * <p>Thread-safe: everything is guarded by its monitor, under which whoever is told is called.
 */
final class RunRecord implements RunListener {
  private final List<Long> emitted = new ArrayList<>();
  private final List<Returned> returned = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

  private final OutputStream out;
  private final OutputStream err;
  private final LongConsumer onEmit;
  private final Consumer<String> onNotice;
  private final Consumer<LinearMemory> onMemory;

  /** Creates a record; what is null here is kept. */
  RunRecord(
      OutputStream out,
      OutputStream err,
      LongConsumer onEmit,
      Consumer<String> onNotice,
      Consumer<LinearMemory> onMemory) {
    this.out = new Shared(out == null ? printed : out);
    this.err = new Shared(err == null ? complained : err);
    this.onEmit = onEmit == null ? emitted::add : onEmit;
    this.onNotice = onNotice == null ? notices::add : onNotice;
    this.onMemory = onMemory;
  }

  /** Where the guest's standard output goes. */
  OutputStream out() {
    return out;
  }

  /** Where the guest's standard error goes. */
  OutputStream err() {
    return err;
  }

  @Override
  public synchronized void emitted(long value) {
    onEmit.accept(value);
  }

  @Override
  public void printed(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void returned(int thread, Returned values) {
    returned.add(values);
  }

  @Override
  public synchronized void noticed(String message) {
    onNotice.accept(message);
  }

  @Override
  public void memoryCreated(LinearMemory memory) {
    onMemory.accept(memory); // Not under the monitor: it may do anything.
  }

  synchronized RunResult result(
      String module,
      Outcome outcome,
      Map<String, List<String>> interruptedAt,
      List<String> stillRunning) {
    return new RunResult(
        module,
        outcome,
        emitted,
        printed.toString(StandardCharsets.UTF_8),
        complained.toString(StandardCharsets.UTF_8),
        returned,
        notices,
        interruptedAt,
        stillRunning);
  }

  /** A stream whose writes come out whole, whichever threads write. */
  private final class Shared extends OutputStream {
    private final OutputStream to;

    private Shared(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (RunRecord.this) {
        to.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      synchronized (RunRecord.this) {
        to.flush();
      }
    }
  }
}
