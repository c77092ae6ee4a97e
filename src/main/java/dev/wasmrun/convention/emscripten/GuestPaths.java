package dev.wasmrun.convention.emscripten;

import dev.wasmrun.wasi.DirectoryGrant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The tree that a program's paths are in: its root is empty but for the granted directories, each
 * at the place that its name says. WASI knows paths relative to a directory only; what is absolute,
 * or relative to the working directory, is translated here.
 *
 * <p>Thread-safe.
 */
final class GuestPaths {
  /** What stands for the working directory where a descriptor is asked for. */
  static final int WORKING_DIRECTORY = -100;

  /** Descriptors 0 to 2 are the standard streams; the granted directories follow. */
  private static final int FIRST_GRANT = 3;

  private final List<List<String>> grants;

  /** The names on the way from the root; replaced as a whole. */
  private volatile List<String> working = List.of();

  GuestPaths(List<DirectoryGrant> grants) {
    this.grants = grants.stream().map(grant -> normal(List.of(), grant.guest())).toList();
  }

  /**
   * Where a path leads, as WASI says it.
   *
   * @param directory the descriptor of a directory
   * @param path relative to it
   */
  record Location(int directory, String path) {}

  /**
   * Where a path leads that is relative to a directory; null if to nothing that the guest may see.
   *
   * @param directory a descriptor, or {@link #WORKING_DIRECTORY}
   */
  Location locate(int directory, String path) {
    return directory == WORKING_DIRECTORY || path.startsWith("/")
        ? locate(path).orElse(null)
        : new Location(directory, path);
  }

  /** Where a path leads; empty if not into a granted directory. */
  Optional<Location> locate(String path) {
    List<String> names = normal(working, path);
    int best = -1;
    for (int i = 0; i < grants.size(); i++) {
      List<String> grant = grants.get(i);
      boolean contains =
          grant.size() <= names.size() && names.subList(0, grant.size()).equals(grant);
      if (contains && (best < 0 || grant.size() > grants.get(best).size())) {
        best = i;
      }
    }
    if (best < 0) {
      return Optional.empty();
    }
    List<String> inside = names.subList(grants.get(best).size(), names.size());
    String relative = inside.isEmpty() ? "." : String.join("/", inside);
    return Optional.of(
        new Location(FIRST_GRANT + best, path.endsWith("/") ? relative + "/" : relative));
  }

  /** Whether a path is the root or a directory on the way to a granted one. */
  boolean leadsToGrants(String path) {
    List<String> names = normal(working, path);
    return names.isEmpty()
        || grants.stream()
            .anyMatch(
                grant ->
                    grant.size() > names.size() && grant.subList(0, names.size()).equals(names));
  }

  /** A path as an absolute one. */
  String absolute(String path) {
    return "/" + String.join("/", normal(working, path));
  }

  /** The working directory as an absolute path. */
  String workingDirectory() {
    return "/" + String.join("/", working);
  }

  /** Changes the working directory to one that exists. */
  void work(String directory) {
    working = normal(working, directory);
  }

  private static List<String> normal(List<String> base, String path) {
    Deque<String> names = new ArrayDeque<>(path.startsWith("/") ? List.of() : base);
    for (String name : path.split("/")) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return List.copyOf(new ArrayList<>(names));
  }
}
