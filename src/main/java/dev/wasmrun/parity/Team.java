package dev.wasmrun.parity;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.programs.Language;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which implementations work together on one memory, and how many threads of each.
 *
 * @param parts in the order in which their threads are numbered; the first one leads
 */
public record Team(List<Part> parts) {

  /**
   * The threads of one implementation.
   *
   * @param language what it is written in; empty for Java
   * @param engine what guests run on; of no meaning for Java
   * @param threads how many, at least 1
   */
  public record Part(Optional<Language> language, Engine engine, int threads) {

    private String name() {
      return language.map(Language::label).orElse("Java");
    }
  }

  public Team {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.stream().anyMatch(part -> part.threads() < 1)) {
      throw new IllegalArgumentException("a team has threads in every part: " + parts);
    }
  }

  /** Java alone. */
  public static Team ofJava(int threads) {
    return new Team(List.of(new Part(Optional.empty(), Engine.COMPILER, threads)));
  }

  /** One language alone. */
  public static Team of(Language language, Engine engine, int threads) {
    return new Team(List.of(new Part(Optional.of(language), engine, threads)));
  }

  /**
   * Java and every language in one team, the threads shared out as evenly as they go; where there
   * are fewer threads than implementations, the last ones stay out.
   */
  static Team mixed(Collection<Language> languages, Engine engine, int threads) {
    var implementations = new ArrayList<Optional<Language>>();
    languages.forEach(language -> implementations.add(Optional.of(language)));
    implementations.add(Optional.empty());
    int parts = Math.min(threads, implementations.size());
    var team = new ArrayList<Part>();
    for (int i = 0; i < parts; i++) {
      int share = threads / parts + (i < threads % parts ? 1 : 0);
      team.add(new Part(implementations.get(i), engine, share));
    }
    return new Team(team);
  }

  /** The number of threads of all parts. */
  public int threads() {
    return parts.stream().mapToInt(Part::threads).sum();
  }

  /** What a table calls it, for example {@code C, compiler} or {@code C:2 Java:2, compiler}. */
  String label() {
    Part first = parts.get(0);
    if (parts.size() > 1) {
      return parts.stream()
              .map(part -> part.name() + ":" + part.threads())
              .collect(Collectors.joining(" "))
          + ", "
          + first.engine();
    }
    return first.language().isEmpty() ? first.name() : first.name() + ", " + first.engine();
  }
}
