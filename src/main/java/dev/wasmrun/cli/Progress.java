package dev.wasmrun.cli;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A progress bar on a terminal, for bundled programs that keep count of their work in shared
 * memory: a thread of the host reads the count while the guest runs.
 */
final class Progress {
  private static final long MILLIS_BETWEEN_READINGS = 100;
  private static final long PARTS = 1000;

  /** Given, as else the library asks the terminal by native code, of which newer JVMs warn. */
  private static final int WIDTH = 79;

  private final Console console;
  private final Crew crew;
  private final String module;
  private final int threads;
  private final List<String> args;

  Progress(Console console, Crew crew, String module, int threads, List<String> args) {
    this.console = console;
    this.crew = crew;
    this.module = module;
    this.threads = threads;
    this.args = args;
  }

  /** Shows the bar until the crew ends; does nothing where there is no terminal or no count. */
  void show(LinearMemory memory) {
    if (!console.errIsTerminal()) {
      return;
    }
    Optional<Program> program = Catalogue.findByModule(module).flatMap(Catalogue.Entry::program);
    if (program.isEmpty()) {
      return;
    }
    long[] values = ProgramArguments.of(program.get(), args);
    if (program.get().progress(memory, threads, values).isEmpty()) {
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

  private void read(LinearMemory memory, Program counted, long[] values) {
    try (ProgressBar bar = bar(counted.name())) {
      while (!Thread.currentThread().isInterrupted()) {
        OptionalDouble done = counted.progress(memory, threads, values);
        bar.stepTo(Math.round(done.orElse(0) * PARTS));
        Thread.sleep(MILLIS_BETWEEN_READINGS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ProgressBar bar(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(PARTS)
        .setStyle(ProgressBarStyle.ASCII)
        .hideEta()
        .clearDisplayOnFinish()
        .setUpdateIntervalMillis((int) MILLIS_BETWEEN_READINGS)
        .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
        .build();
  }
}
