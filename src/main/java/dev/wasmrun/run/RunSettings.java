package dev.wasmrun.run;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What can be said of a run, by whichever of its doors: on how many threads, with what arguments,
 * within what limits. Every method returns the object itself; used by one thread.
 *
 * @param <S> the type of the object
 */
public abstract class RunSettings<S extends RunSettings<S>> extends GuestSettings<S> {

  /** Begins with a description. */
  protected RunSettings(RunConfig config) {
    super(config);
  }

  /**
   * The number of worker threads, or what a program that starts its threads itself finds in {@code
   * WASM_RUN_THREADS}; 1 unless said otherwise.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public S threads(int count) {
    return change(draft -> draft.threads = OptionalInt.of(count));
  }

  /**
   * The most threads that a program which starts them itself may have at a time; 64 for each
   * processor, but 1024 at most, unless said otherwise. One too many is refused as the program's
   * library defines it.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public S maxThreads(int most) {
    return change(draft -> draft.maxThreads = most);
  }

  /** The guest's arguments, as on the command line: parsed by the types of what is called. */
  public S args(String... arguments) {
    return args(List.of(arguments));
  }

  /** The guest's arguments, as on the command line: parsed by the types of what is called. */
  public S args(List<String> arguments) {
    return change(draft -> draft.args = arguments);
  }

  /**
   * The export that each worker calls, instead of the convention's own, with exactly the arguments
   * given, in which <code>{thread}</code> and <code>{threads}</code> stand for the numbers.
   */
  public S invoke(String export) {
    return change(draft -> draft.invoke = Optional.of(export));
  }

  /**
   * Whether worker threads share the module's memory also if it defines that itself, or imports it
   * without sharing it; each has its own then unless said otherwise. Its code must be able to bear
   * that: what allocates memory for one thread is not.
   */
  public S shareMemory(boolean on) {
    return change(draft -> draft.shareMemory = on);
  }

  /** How the module's threads come about; as it asks for unless said otherwise. */
  public S convention(ConventionName name) {
    return change(draft -> draft.convention = Optional.of(name));
  }

  /**
   * The time after which the run ends as {@link Outcome.TimedOut}; none unless said otherwise. It
   * begins before the module is compiled; loading a module is not part of its run.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public S timeout(Duration limit) {
    return change(draft -> draft.timeout = Optional.of(limit));
  }

  /**
   * Whether a run in which every thread waits for another ends as {@link Outcome.Deadlocked}; it
   * does unless said otherwise. To be off if a Java thread may notify.
   */
  public S deadlockWatch(boolean on) {
    return change(draft -> draft.deadlockWatch = on);
  }

  /** Who is told what the threads do, such as a {@code Trace} or {@code Statistics}. */
  public S tracers(RunTracer... told) {
    return tracers(List.of(told));
  }

  /** Who is told what the threads do, such as a {@code Trace} or {@code Statistics}. */
  public S tracers(List<RunTracer> told) {
    return change(draft -> draft.tracers = told);
  }

  /**
   * What to do with the memory that the threads share before guest code runs: fill in input, or
   * keep it for a Java thread that works with the guest. It is closed when the run ends. Not called
   * where threads share none.
   */
  public S atStart(Consumer<LinearMemory> prepare) {
    return change(draft -> draft.atStart = prepare);
  }

  /**
   * What to do with the memory that the threads share when the last of them has ended, however it
   * did, before it is closed: read results, or see what a failure has left.
   */
  public S atEnd(Consumer<LinearMemory> look) {
    return change(draft -> draft.atEnd = look);
  }
}
