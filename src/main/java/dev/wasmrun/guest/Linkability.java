package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What stands between a module and a host's functions, found before anything is instantiated. */
@Internal
public final class Linkability {
  private static final Pattern OF_BINDGEN = Pattern.compile("__wbg_|__wbindgen_");

  private Linkability() {}

  /**
   * Every reason why the module cannot be linked, each a clause that can follow "because"; empty if
   * it can.
   */
  public static List<String> obstacles(GuestModule module, List<HostFunction> hostFunctions) {
    var obstacles = new ArrayList<String>();
    for (var memory : module.memories()) {
      if (memory.initialPages() > MemoryLimit.RUNTIME_PAGES) {
        obstacles.add(
            "it needs a memory of %s pages; this runtime has at most %s"
                .formatted(memory.initialPages(), MemoryLimit.RUNTIME_PAGES));
      }
    }
    for (ImportedItem item : module.imports()) {
      obstacle(item, hostFunctions).ifPresent(obstacles::add);
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
          "it imports the function %s %s, which the host does not provide%s"
              .formatted(
                  item.qualifiedName(),
                  declared,
                  OF_BINDGEN.matcher(item.name()).lookingAt()
                      ? " (a library by wasm-bindgen: BindgenLibraries opens it from Java)"
                      : ""));
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
