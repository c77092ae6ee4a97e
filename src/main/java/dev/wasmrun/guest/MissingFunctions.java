package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions that a module imports and no host function is for. A library is linked without
 * them, since much that its users call has no need of them: a call of one ends in a {@link
 * HostFault} that names it.
 */
@Internal
public final class MissingFunctions {
  private MissingFunctions() {}

  /**
   * The host functions and, for each import that none of them is for, one that fails when it is
   * called.
   */
  public static List<HostFunction> completed(GuestModule module, List<HostFunction> hostFunctions) {
    var functions = new ArrayList<>(hostFunctions);
    for (ImportedItem item : of(module, hostFunctions)) {
      functions.add(absent(item));
    }
    return List.copyOf(functions);
  }

  /** Each with what it is of, if that is known. */
  public static List<String> described(GuestModule module, List<HostFunction> hostFunctions) {
    return of(module, hostFunctions).stream()
        .map(item -> item.qualifiedName() + origin(item))
        .toList();
  }

  private static List<ImportedItem> of(GuestModule module, List<HostFunction> hostFunctions) {
    return module.imports().stream()
        .filter(item -> item.kind() == Kind.FUNCTION)
        .filter(item -> Linkability.find(item, hostFunctions).isEmpty())
        .toList();
  }

  private static HostFunction absent(ImportedItem item) {
    String message =
        "it called %s %s, which this host does not have%s"
            .formatted(item.qualifiedName(), item.signature().orElseThrow(), origin(item));
    return new HostFunction(
        item.module(),
        item.name(),
        item.signature().orElseThrow(),
        (caller, args) -> {
          throw new HostFault(message);
        });
  }

  private static String origin(ImportedItem item) {
    return ForeignHost.description(item).map(host -> ": " + host).orElse("");
  }
}
