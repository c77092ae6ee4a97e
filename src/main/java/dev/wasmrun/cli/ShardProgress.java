package dev.wasmrun.cli;

import dev.wasmrun.programs.WorkDone;
import java.time.Duration;

/** A progress bar over the shards of a run, on a terminal; nothing elsewhere. Thread-safe. */
final class ShardProgress {
  private static final String ERASE_LINE = "\r\033[K";

  private final Console console;
  private final boolean shown;
  private final String name;
  private final int shards;
  private final long begin = System.nanoTime();

  // Guarded by this.
  private int done;
  private boolean drawn;

  /**
   * Begins with nothing drawn.
   *
   * @param name what to call the run
   */
  ShardProgress(Console console, boolean quiet, String name, int shards) {
    this.console = console;
    this.shown = console.errIsTerminal() && !quiet;
    this.name = name;
    this.shards = shards;
  }

  /** Draws the bar with so many shards done. */
  synchronized void done(int count) {
    done = count;
    if (shown) {
      draw();
    }
  }

  private void draw() {
    var bar = new ProgressBar(name, console.errSize().orElseThrow().columns());
    var work = new WorkDone(done, shards, "shards");
    console.err().print(ERASE_LINE + bar.line(work, Duration.ofNanos(System.nanoTime() - begin)));
    console.err().flush();
    drawn = true;
  }

  /** Writes something that may show on the same terminal, with the bar out of its way. */
  synchronized void aside(Runnable writing) {
    boolean again = drawn;
    erase();
    writing.run();
    if (again) {
      draw();
    }
  }

  /** Takes the bar away, and says how many shards are done. */
  synchronized int end() {
    erase();
    return done;
  }

  private void erase() {
    if (drawn) {
      console.err().print(ERASE_LINE);
      console.err().flush();
      drawn = false;
    }
  }
}
