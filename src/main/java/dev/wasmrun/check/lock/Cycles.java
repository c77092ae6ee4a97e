package dev.wasmrun.check.lock;

import dev.wasmrun.check.lock.Inversion.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A search for circles of locks. */
final class Cycles {
  private static final int LONGEST = 8;

  /** The most edges that are looked at; what lies beyond is not found. */
  private static final int PATIENCE = 1_000_000;

  private final Map<Lock, List<Edge>> byFrom = new HashMap<>();
  private final List<Inversion> found = new ArrayList<>();

  /** The places of the circles found: those that differ in addresses only are one mistake. */
  private final Set<Set<List<Long>>> known = new HashSet<>();

  private int looked;

  private Cycles(Collection<Edge> edges) {
    for (Edge edge : edges) {
      if (edge.counts()) {
        byFrom.computeIfAbsent(edge.from(), first -> new ArrayList<>()).add(edge);
      }
    }
  }

  /** All circles of at most eight threads, one for each set of places in the code. */
  static List<Inversion> of(Collection<Edge> edges) {
    var search = new Cycles(edges);
    for (Edge edge : edges) {
      if (edge.counts()) {
        search.extend(new ArrayList<>(List.of(edge)));
      }
    }
    return search.found;
  }

  private void extend(List<Edge> path) {
    Edge last = path.get(path.size() - 1);
    for (Edge next : byFrom.getOrDefault(last.to(), List.of())) {
      if (++looked > PATIENCE) {
        return;
      }
      if (last.isHinderedBy(next) && path.stream().allMatch(next::canMeet)) {
        path.add(next);
        if (next.to() == path.get(0).from()) {
          if (next.isHinderedBy(path.get(0))) {
            add(path);
          }
        } else if (path.size() < LONGEST && path.stream().noneMatch(e -> e.from() == next.to())) {
          extend(path);
        }
        path.remove(path.size() - 1);
      }
    }
  }

  private void add(List<Edge> circle) {
    var places = new HashSet<List<Long>>();
    circle.forEach(edge -> places.add(List.of(edge.fromPlace(), edge.toPlace())));
    if (known.add(places)) {
      found.add(new Inversion(circle.stream().map(Cycles::step).toList()));
    }
  }

  private static Step step(Edge edge) {
    return new Step(
        edge.thread(),
        edge.from().address(),
        edge.fromPlace(),
        edge.fromActive(),
        edge.to().address(),
        edge.toPlace(),
        edge.toActive());
  }
}
