package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.Feature;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.Signature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stands between a module and a host's functions, found before anything is instantiated. */
@Internal
public final class Linkability {
  private Linkability() {}

  /**
   * Every reason why the module cannot be linked, each a clause that can follow "because"; empty if
   * it can.
   */
  public static List<String> obstacles(GuestModule module, List<HostFunction> hostFunctions) {
    var obstacles = new ArrayList<String>();
    var origins = new HashSet<String>();
    for (ImportedItem item : module.imports()) {
      obstacle(item, hostFunctions, origins).ifPresent(obstacles::add);
    }
    if (!obstacles.isEmpty() && module.features().contains(Feature.MEMORY64)) {
      obstacles.add(
          "it has 64-bit addresses, and the host's functions have none; build for wasm32");
    }
    obstacles.addAll(OwnImports.obstacles(module));
    return List.copyOf(obstacles);
  }

  /**
   * What stands in the way of linking an import.
   *
   * @param origins what has been told of the hosts that others are of
   */
  private static Optional<String> obstacle(
      ImportedItem item, List<HostFunction> hostFunctions, Set<String> origins) {
    if (item.kind() != Kind.FUNCTION) {
      return Optional.empty();
    }
    Signature declared = item.signature().orElseThrow();
    var provided = find(item, hostFunctions);
    if (provided.isEmpty()) {
      return Optional.of(
          "it imports the function %s %s, which the host does not provide%s"
              .formatted(item.qualifiedName(), declared, origin(item, origins)));
    }
    return provided.get().signature().equals(declared)
        ? Optional.empty()
        : Optional.of(
            "it imports %s as %s; the host provides %s"
                .formatted(item.qualifiedName(), declared, provided.get().signature()));
  }

  private static String origin(ImportedItem item, Set<String> origins) {
    return ForeignHost.description(item)
        .filter(origins::add)
        .map(host -> " (it is of " + host + ")")
        .orElse("");
  }

  /**
   * The other host that a module is made for and what to build instead, as the names of its imports
   * or exports tell; empty if they do not.
   */
  public static Optional<String> otherHost(GuestModule module) {
    return module.imports().stream()
        .flatMap(item -> ForeignHost.description(item).stream())
        .findFirst()
        .or(() -> ForeignHost.component(module));
  }

  static Optional<HostFunction> find(ImportedItem item, List<HostFunction> functions) {
    return functions.stream()
        .filter(f -> f.module().equals(item.module()) && f.name().equals(item.name()))
        .findFirst();
  }
}
