package dev.wasmrun.parity;

import dev.wasmrun.convention.worker.GuestSquad;
import dev.wasmrun.convention.worker.Squad;
import dev.wasmrun.convention.worker.TeamRun;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.GalleryMemory;
import dev.wasmrun.programs.Language;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs a program by every implementation and compares what they print.
 *
 * <p>The pure-Java implementation is what the others are compared with.
 */
public final class Parity {
  private static final String COMMAND = "POSIX threads";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final List<Engine> engines;
  private final boolean node;
  private final UnaryOperator<GuestModule> modules;
  private final Consumer<ParityRow> rows;

  /**
   * Creates a comparison.
   *
   * @param engines the engines that guests run on
   * @param node whether Node runs the modules too, on V8 and in processes of its own
   * @param modules what to run in place of a bundled module; the identity, unless a test wants to
   *     see a difference found
   * @param rows told of every run as it ends
   */
  public Parity(
      List<Engine> engines,
      boolean node,
      UnaryOperator<GuestModule> modules,
      Consumer<ParityRow> rows) {
    this.engines = List.copyOf(engines);
    this.node = node;
    this.modules = modules;
    this.rows = rows;
  }

  /**
   * Compares all implementations of a program, alone and together in one team.
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
    for (int count : threads) {
      List<ParityRow> onJvm = compareTeams(entry, count, teams(entry, count), args);
      compared.addAll(onJvm);
      for (String command : entry.commands()) {
        for (Engine engine : engines) {
          compared.add(runCommand(entry, command, engine, count, args, onJvm.get(0).lines()));
        }
      }
      if (node) {
        List<String> expected = onJvm.get(0).lines();
        for (Map.Entry<Language, String> module : entry.modules().entrySet()) {
          compared.add(runOnNode(entry, module, count, args, expected));
        }
      }
    }
    return compared;
  }

  /**
   * Compares one team with Java alone on as many threads; otherwise as {@link #compare}.
   *
   * @throws IllegalArgumentException if the program does not exist in a language of the team
   */
  public List<ParityRow> compareTeam(Catalogue.Entry entry, Team team, long[] args)
      throws InterruptedException {
    return compareTeams(entry, team.threads(), List.of(team), args);
  }

  private List<ParityRow> compareTeams(
      Catalogue.Entry entry, int threads, List<Team> teams, long[] args)
      throws InterruptedException {
    var compared = new ArrayList<ParityRow>();
    ParityRow reference = run(entry, Team.ofJava(threads), args, null);
    compared.add(reference);
    for (Team team : teams) {
      compared.add(run(entry, team, args, reference.lines()));
    }
    return compared;
  }

  /** The length of the longest name of an implementation in rows of these programs. */
  public int longestLabel(List<Catalogue.Entry> entries, List<Integer> threads) {
    var teams = new ArrayList<Team>();
    for (Catalogue.Entry entry : entries) {
      threads.forEach(count -> teams.addAll(teams(entry, count)));
    }
    return longestLabel(teams);
  }

  /** The length of the longest name of one of these teams, or of an implementation alone. */
  public int longestLabel(List<Team> teams) {
    int command = "%s, %s".formatted(COMMAND, Engine.INTERPRETER).length();
    return Math.max(
        command, teams.stream().mapToInt(team -> team.label().length()).max().orElse(0));
  }

  /** Whether a Node is installed that can run modules on V8. */
  public static boolean nodeIsInstalled() throws InterruptedException {
    return NodeOracle.isInstalled();
  }

  private ParityRow runCommand(
      Catalogue.Entry entry,
      String command,
      Engine engine,
      int threads,
      long[] args,
      List<String> expected)
      throws InterruptedException {
    GuestModule module = modules.apply(GuestModule.load(command));
    var output = new ByteArrayOutputStream();
    RunConfig config =
        RunConfig.builder()
            .engine(engine)
            .threads(threads)
            .maxThreads(threads)
            .args(Arrays.stream(args).mapToObj(Long::toUnsignedString).toList())
            .timeout(LIMIT)
            .out(output)
            .build();
    Outcome outcome;
    Duration took;
    try (var session = RunSession.of(module, config)) {
      long start = System.nanoTime();
      outcome = session.run();
      took = Duration.ofNanos(System.nanoTime() - start);
    }
    List<String> lines = output.toString(StandardCharsets.UTF_8).lines().toList();
    Optional<Difference> difference =
        outcome.equals(new Outcome.Exited(0))
            ? Difference.first(expected, lines)
            : Optional.of(Difference.ended(expected, lines, describe(outcome)));
    var row =
        new ParityRow(entry.name(), threads, COMMAND + ", " + engine, lines, took, difference);
    rows.accept(row);
    return row;
  }

  private ParityRow runOnNode(
      Catalogue.Entry entry,
      Map.Entry<Language, String> named,
      int threads,
      long[] args,
      List<String> expected)
      throws InterruptedException {
    GuestModule module = modules.apply(GuestModule.load(named.getValue()));
    List<String> lines = List.of();
    Optional<Difference> difference;
    long start = System.nanoTime();
    try {
      lines = NodeOracle.run(module, threads, args);
      difference = Difference.first(expected, lines);
    } catch (IOException e) {
      difference = Optional.of(Difference.ended(expected, lines, "a failure: " + e.getMessage()));
    }
    var row =
        new ParityRow(
            entry.name(),
            threads,
            named.getKey().label() + ", V8",
            lines,
            Duration.ofNanos(System.nanoTime() - start),
            difference);
    rows.accept(row);
    return row;
  }

  private List<Team> teams(Catalogue.Entry entry, int threads) {
    var teams = new ArrayList<Team>();
    Set<Language> languages = entry.modules().keySet();
    for (Engine engine : engines) {
      languages.forEach(language -> teams.add(Team.of(language, engine, threads)));
      if (threads > 1) {
        teams.add(Team.mixed(languages, engine, threads));
      }
    }
    return teams;
  }

  /**
   * Runs one team.
   *
   * @param expected the lines that it should print; null if whatever it prints is right
   * @throws IllegalStateException if it fails and {@code expected} is null
   */
  public ParityRow run(Catalogue.Entry entry, Team team, long[] args, List<String> expected)
      throws InterruptedException {
    var output = new CollectedOutput();
    List<Squad> squads =
        team.parts().stream().map(part -> squad(entry, part, args, output)).toList();
    long start = System.nanoTime();
    Outcome outcome = outcome(entry.name(), squads, output);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    List<String> lines = output.lines();
    if (expected == null && !(outcome instanceof Outcome.Finished)) {
      throw new IllegalStateException(
          "%s in %s on %s threads ended with %s"
              .formatted(entry.name(), team.label(), team.threads(), describe(outcome)));
    }
    Optional<Difference> difference =
        outcome instanceof Outcome.Finished
            ? Difference.first(expected == null ? lines : expected, lines)
            : Optional.of(Difference.ended(expected, lines, describe(outcome)));
    var row = new ParityRow(entry.name(), team.threads(), team.label(), lines, took, difference);
    rows.accept(row);
    return row;
  }

  private static Outcome outcome(String name, List<Squad> squads, CollectedOutput output)
      throws InterruptedException {
    try (var session =
        RunSession.of(
            new Crew(name),
            TimeLimit.fromNow(Optional.of(LIMIT)),
            crew -> {
              var memory = LinearMemory.create(GalleryMemory.TYPE);
              crew.watchForDeadlock(memory);
              return new TeamRun(squads, memory, crew, output, false);
            })) {
      return session.run();
    }
  }

  private Squad squad(Catalogue.Entry entry, Team.Part part, long[] args, CollectedOutput output) {
    if (part.language().isEmpty()) {
      return new JavaSquad(entry.program().orElseThrow(), part.threads(), args, output);
    }
    String name = entry.modules().get(part.language().get());
    if (name == null) {
      throw new IllegalArgumentException(
          "%s is not written in %s".formatted(entry.name(), part.language().get().label()));
    }
    RunConfig config =
        RunConfig.builder()
            .engine(part.engine())
            .threads(part.threads())
            .args(Arrays.stream(args).mapToObj(Long::toString).toList())
            .listener(output)
            .build();
    return new GuestSquad(RunSession.request(modules.apply(GuestModule.load(name)), config));
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
