package dev.wasmrun.programs;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The list of the programs that come with wasm-run, and of their modules. */
public final class Catalogue {
  private static final List<Entry> ENTRIES =
      List.of(
          inBothLanguages(new Actors()),
          new Entry(
              "add",
              "adds two numbers",
              Map.of(Language.WAT, "add.wasm"),
              List.of(),
              Optional.empty()),
          inBothLanguages(new Barrier()),
          inBothLanguages(new Counter()),
          inBothLanguages(new RacyCounter()),
          inBothLanguages(new Deadlock()),
          new Entry(
              "digest",
              "answers messages of whoever runs it, from Java, with their hashes",
              Map.of(Language.ASSEMBLYSCRIPT, "digest.wasm", Language.C, "digest-c.wasm"),
              List.of(),
              Optional.empty()),
          new Entry(
              "endless",
              "runs for ever in one of four ways, for an interrupt to end",
              Map.of(Language.WAT, "endless.wasm"),
              List.of(),
              Optional.empty()),
          inBothLanguages(new Happycoin(), "happycoin-pthreads.wasm"),
          new Entry(
              "hello-threads",
              "starts threads that say hello, in C with POSIX threads and in C++",
              Map.of(),
              List.of("hello-threads.wasm", "hello-threads-cpp.wasm"),
              Optional.empty()),
          inBothLanguages(Life.scalar()),
          inBothLanguages(new RacyLife()),
          inBothLanguages(Life.withVectors()),
          inBothLanguages(new Mutex()),
          inBothLanguages(new RacyMutex()),
          inBothLanguages(new NotifyOrder()),
          inBothLanguages(new RingBuffer()),
          inBothLanguages(new RacyRingBuffer()),
          inBothLanguages(new ReadWriteLock()),
          inBothLanguages(new Semaphore()),
          inBothLanguages(new Serialization()),
          inBothLanguages(new ThreadPool()));

  private Catalogue() {}

  /** Every entry, in alphabetical order. */
  public static List<Entry> entries() {
    return ENTRIES;
  }

  /** The entry of this name, such as {@code happycoin}. */
  public static Optional<Entry> find(String name) {
    return ENTRIES.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * The entry that has a module of this name which does its work as the program says, such as
   * {@code happycoin-c.wasm}; a command does it in ways of its own.
   */
  public static Optional<Entry> findByModule(String module) {
    return ENTRIES.stream().filter(entry -> entry.modules().containsValue(module)).findFirst();
  }

  /** How the work of a bundled module is divided among runs, commands included, if it can be. */
  public static Optional<Split> split(String module) {
    return ENTRIES.stream()
        .filter(entry -> entry.allModules().contains(module))
        .flatMap(entry -> entry.program().stream())
        .flatMap(program -> program.split().stream())
        .findFirst();
  }

  private static Entry inBothLanguages(Program program, String... commands) {
    Map<Language, String> modules = new EnumMap<>(Language.class);
    modules.put(Language.ASSEMBLYSCRIPT, program.name() + ".wasm");
    modules.put(Language.C, program.name() + "-c.wasm");
    return new Entry(
        program.name(), program.summary(), modules, List.of(commands), Optional.of(program));
  }

  /**
   * One program of the gallery.
   *
   * @param name the program's name
   * @param summary what it does, in a line without a full stop
   * @param modules the name of its bundled module for each language that it is written in
   * @param commands names of bundled modules with a {@code main} of their own, which start their
   *     threads themselves
   * @param program its implementation in Java; empty for a module that has no {@code work}, only
   *     functions to call, and for one that does nothing alone
   */
  public record Entry(
      String name,
      String summary,
      Map<Language, String> modules,
      List<String> commands,
      Optional<Program> program) {
    /** Keeps a copy of the modules, in the order of {@link Language}. */
    public Entry {
      var byLanguage = new EnumMap<Language, String>(Language.class);
      byLanguage.putAll(modules);
      modules = Collections.unmodifiableMap(byLanguage);
      commands = List.copyOf(commands);
    }

    /** The names of all its modules. */
    public List<String> allModules() {
      return Stream.concat(modules.values().stream(), commands.stream()).toList();
    }
  }
}
