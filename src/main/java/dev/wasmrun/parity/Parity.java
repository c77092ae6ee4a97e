package dev.wasmrun.parity;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs a program by every implementation and compares what they print.
 *
 * <p>The pure-Java implementation is what the others are compared with.
 */
public final class Parity {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final List<Engine> engines;
  private final UnaryOperator<GuestModule> modules;
  private final Consumer<ParityRow> rows;

  /**
   * Creates a comparison.
   *
   * @param engines the engines that guests run on
   * @param modules what to run in place of a bundled module; the identity, unless a test wants to
   *     see a difference found
   * @param rows told of every run as it ends
   */
  public Parity(
      List<Engine> engines, UnaryOperator<GuestModule> modules, Consumer<ParityRow> rows) {
    this.engines = List.copyOf(engines);
    this.modules = modules;
    this.rows = rows;
  }

  /**
   * Compares all implementations of a program.
   *
   * @param entry one that has a Java implementation
   * @param threads the numbers of threads to compare on
   * @param args a value for each of the program's parameters, 0 for its default
   * @return every run, those that differ or fail included
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if already the Java implementation fails
   */
  public List<ParityRow> compare(Catalogue.Entry entry, List<Integer> threads, long[] args)
      throws InterruptedException {
    var compared = new ArrayList<ParityRow>();
    Program program = entry.program().orElseThrow();
    var java = new JavaContender(program);
    var guests = guests(entry);
    for (int count : threads) {
      ParityRow reference = run(program, java, count, args, null);
      compared.add(reference);
      for (Contender guest : guests) {
        compared.add(run(program, guest, count, args, reference.lines()));
      }
    }
    return compared;
  }

  private List<Contender> guests(Catalogue.Entry entry) {
    var guests = new ArrayList<Contender>();
    entry
        .modules()
        .forEach(
            (language, name) -> {
              GuestModule module = modules.apply(GuestModule.load(name));
              engines.forEach(engine -> guests.add(new GuestContender(language, module, engine)));
            });
    return guests;
  }

  private ParityRow run(
      Program program, Contender contender, int threads, long[] args, List<String> expected)
      throws InterruptedException {
    var crew = new Crew(program.name());
    var output = new CollectedOutput();
    Crew.Body body = contender.prepare(threads, args, output, crew);
    long start = System.nanoTime();
    crew.spawn("leader", body);
    Outcome outcome = crew.await(LIMIT);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    List<String> lines = output.lines();
    if (expected == null && !(outcome instanceof Outcome.Finished)) {
      throw new IllegalStateException(
          "%s in Java on %d threads ended with %s"
              .formatted(program.name(), threads, describe(outcome)));
    }
    Optional<Difference> difference =
        outcome instanceof Outcome.Finished
            ? Difference.first(expected == null ? lines : expected, lines)
            : Optional.of(Difference.ended(expected, lines, describe(outcome)));
    var row = new ParityRow(program.name(), threads, contender.label(), lines, took, difference);
    rows.accept(row);
    return row;
  }

  private static String describe(Outcome outcome) {
    if (outcome instanceof Outcome.Trapped trapped) {
      return "a trap: " + trapped.trap().getMessage();
    }
    if (outcome instanceof Outcome.Failed failed) {
      return "a failure: " + failed.cause();
    }
    return outcome.toString();
  }
}
