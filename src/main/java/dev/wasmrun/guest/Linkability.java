package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.Feature;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    for (ImportedItem item : module.imports()) {
      obstacle(item, hostFunctions).ifPresent(obstacles::add);
    }
    if (!obstacles.isEmpty() && module.features().contains(Feature.MEMORY64)) {
      obstacles.add(
          "it has 64-bit addresses, and the host's functions have none; build for wasm32");
    }
    obstacles.addAll(OwnImports.obstacles(module));
    return List.copyOf(obstacles);
  }

  private static Optional<String> obstacle(ImportedItem item, List<HostFunction> hostFunctions) {
    if (item.kind() != Kind.FUNCTION) {
      return Optional.empty();
    }
    Signature declared = item.signature().orElseThrow();
    var provided = find(item, hostFunctions);
    if (provided.isEmpty()) {
      return Optional.of(
          "it imports the function %s %s, which the host does not provide"
              .formatted(item.qualifiedName(), declared));
    }
    return provided.get().signature().equals(declared)
        ? Optional.empty()
        : Optional.of(
            "it imports %s as %s; the host provides %s"
                .formatted(item.qualifiedName(), declared, provided.get().signature()));
  }

  static Optional<HostFunction> find(ImportedItem item, List<HostFunction> functions) {
    return functions.stream()
        .filter(f -> f.module().equals(item.module()) && f.name().equals(item.name()))
        .findFirst();
  }
}
