package dev.wasmrun.run;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.source.SourceFrame;
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
  private final RunListener also;

  /**
   * Creates a record of a run so described, whose listener is told too.
   *
   * @param onEmit who is told of numbers emitted; null: they are kept
   * @param onNotice who is told of notices; null: they are kept
   */
  RunRecord(RunConfig config, LongConsumer onEmit, Consumer<String> onNotice) {
    this.out = new Shared(config.out().orElse(printed));
    this.err = new Shared(config.err().orElse(complained));
    this.onEmit = onEmit == null ? emitted::add : onEmit;
    this.onNotice = onNotice == null ? notices::add : onNotice;
    this.also = config.listener();
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
    also.emitted(value);
  }

  @Override
  public void printed(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      also.printed(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void returned(int thread, Returned values) {
    returned.add(values);
    also.returned(thread, values);
  }

  @Override
  public synchronized void noticed(String message) {
    onNotice.accept(message);
    also.noticed(message);
  }

  @Override
  public void memoryCreated(LinearMemory memory) {
    also.memoryCreated(memory); // Not under the monitor: it may do anything.
  }

  synchronized RunResult result(
      String module,
      Outcome outcome,
      Map<String, List<SourceFrame>> interruptedAt,
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
