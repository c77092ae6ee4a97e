package dev.wasmrun.cli;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import dev.wasmrun.programs.WorkDone;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A progress bar on a terminal, for bundled programs that keep count of their work in shared
 * memory: a thread of the host reads the count while the guest runs.
 */
final class Progress {
  private static final long MILLIS_BETWEEN_READINGS = 100;
  private static final String ERASE_LINE = "\r\033[K";

  private final Console console;
  private final Crew crew;
  private final String module;
  private final int threads;
  private final List<String> args;

  /** Whether there is a bar on the terminal. Guarded by this, as is all that is written there. */
  private boolean drawn;

  Progress(Console console, Crew crew, String module, int threads, List<String> args) {
    this.console = console;
    this.crew = crew;
    this.module = module;
    this.threads = threads;
    this.args = args;
  }

  /** Shows the bar until the crew ends; does nothing where there is no terminal or no count. */
  void show(LinearMemory memory) {
    Optional<Program> program = Catalogue.findByModule(module).flatMap(Catalogue.Entry::program);
    if (!console.errIsTerminal() || program.isEmpty()) {
      return;
    }
    long[] values = ProgramArguments.of(program.get(), args);
    if (!tellsProgress(program.get(), memory, values)) {
      return;
    }
    var reader = new Thread(() -> read(memory, program.get(), values), "progress");
    reader.setDaemon(true);
    reader.start();
    // Closed before the memory is, which was registered first.
    crew.closeAtEnd(
        () -> {
          reader.interrupt();
          reader.join();
        });
  }

  private boolean tellsProgress(Program program, LinearMemory memory, long[] values) {
    try {
      return program.progress(memory, threads, values).isPresent();
    } catch (IllegalArgumentException e) {
      return false; // the guest will say what is wrong with its arguments
    }
  }

  /** Writes something that may show on the same terminal, with the bar out of its way. */
  void aside(Runnable writing) {
    if (!console.errIsTerminal()) {
      writing.run();
      return;
    }
    synchronized (this) {
      erase();
      writing.run();
    }
  }

  private void read(LinearMemory memory, Program counted, long[] values) {
    var bar = new ProgressBar(counted.name(), console.errSize().orElseThrow().columns());
    long begin = System.nanoTime();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        WorkDone work = counted.progress(memory, threads, values).orElseThrow();
        draw(bar.line(work, Duration.ofNanos(System.nanoTime() - begin)));
        Thread.sleep(MILLIS_BETWEEN_READINGS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      erase();
    }
  }

  private synchronized void draw(String line) {
    console.err().print(ERASE_LINE + line);
    console.err().flush();
    drawn = true;
  }

  private synchronized void erase() {
    if (drawn) {
      console.err().print(ERASE_LINE);
      console.err().flush();
      drawn = false;
    }
  }
}
