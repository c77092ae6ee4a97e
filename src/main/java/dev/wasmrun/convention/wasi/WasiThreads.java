package dev.wasmrun.convention.wasi;

import static dev.wasmrun.module.ValueType.I32;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.Signature;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The threads of one run; runs as the main thread. */
final class WasiThreads implements Crew.Body {
  private static final Signature SPAWN_TYPE = new Signature(List.of(I32), List.of(I32));

  static final String MAIN = "_start";
  static final String THREAD = "wasi_thread_start";
  static final Signature THREAD_TYPE = new Signature(List.of(I32, I32), List.of());

  /** Any negative number says that there is no thread. */
  private static final int NO_THREAD = -1;

  private final Crew crew;
  private final LinearMemory memory;
  private final ThreadIds ids;

  // Written before the main thread starts: the linker needs the functions first.
  private Linker linker;

  WasiThreads(Crew crew, LinearMemory memory, ThreadIds ids) {
    this.crew = crew;
    this.memory = memory;
    this.ids = ids;
  }

  void link(Linker threads) {
    this.linker = threads;
  }

  /** The import that starts a thread: it returns the thread's number, or a negative number. */
  HostFunction spawn() {
    return spawn((caller, args) -> new long[] {spawn((int) args[0])});
  }

  /** The same import with another body. */
  static HostFunction spawn(HostFunction.Body body) {
    return new HostFunction("wasi", "thread-spawn", SPAWN_TYPE, body);
  }

  @Override
  public void run() {
    instantiate(ActiveData.WRITE).call(MAIN);
    // Other threads may still run: like the end of any program's main, this is the end of all.
    throw new GuestExit(0);
  }

  /** Starts a thread; returns its number, or a negative number if there are too many. */
  private int spawn(int argument) {
    OptionalInt id;
    try {
      id = ids.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    }
    if (id.isEmpty()) {
      return NO_THREAD;
    }
    int number = id.getAsInt();
    crew.spawn(
        Integer.toString(number),
        () -> {
          try {
            instantiate(ActiveData.SKIP).call(THREAD, number, argument);
          } finally {
            ids.giveUp(number);
          }
        });
    return number;
  }

  private Guest instantiate(ActiveData activeData) {
    Guest guest = linker.instantiate(Optional.of(memory), activeData);
    guest.start();
    return guest;
  }
}
