package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host function for every function that a module imports, of the type that the module declares:
 * the types have changed from release to release, and builds for JavaScript split each 64-bit
 * parameter in two.
 *
 * <p>What the host does not have becomes a function that fails by name when it is called: the
 * library imports much that a program never calls. A system call that it does not have is answered
 * with ENOSYS, as by any other system.
 */
final class EmscriptenImports {
  private static final String LIBRARY = "env";

  /** What a function is that no release of the library has. */
  private static final String OF_PROGRAM =
      "the program's own JavaScript (EM_JS or --js-library); from Java, pass a host function of"
          + " that name";

  /** The module of imports whose names have not been restored. */
  private static final String MINIFIED = "a";

  private static final String SYSTEM_CALL = "__syscall_";
  private static final int ENOSYS = 52;
  private static final long[] NO_RESULTS = {};
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private final GuestModule module;
  private final Map<String, Import> library;
  private final List<HostFunction> wasi;

  EmscriptenImports(GuestModule module, Map<String, Import> library, List<HostFunction> wasi) {
    this.module = module;
    this.library = library;
    this.wasi = wasi;
  }

  /** The host functions, in the order of the imports. */
  List<HostFunction> functions() {
    var functions = new ArrayList<HostFunction>();
    for (ImportedItem item : module.imports()) {
      if (item.kind() == Kind.FUNCTION) {
        functions.add(provide(item));
      }
    }
    return functions;
  }

  /** The imports that fail when they are called, and what they are for. */
  List<String> missing() {
    var missing = new ArrayList<String>();
    for (ImportedItem item : module.imports()) {
      if (item.kind() == Kind.FUNCTION
          && !item.name().startsWith(SYSTEM_CALL)
          && find(item).isEmpty()) {
        missing.add(item.qualifiedName() + purpose(item));
      }
    }
    return missing;
  }

  private static String purpose(ImportedItem item) {
    if (item.module().equals(MINIFIED)) {
      return ": its name is minified, and nothing tells what it was";
    }
    return Purposes.of(item.name())
        .or(() -> item.module().equals(LIBRARY) ? Optional.of(OF_PROGRAM) : Optional.empty())
        .map(purpose -> ": " + purpose)
        .orElse("");
  }

  private Optional<HostFunction.Body> find(ImportedItem item) {
    Signature declared = item.signature().orElseThrow();
    return item.module().equals(LIBRARY) ? fromLibrary(item, declared) : fromWasi(item, declared);
  }

  private HostFunction provide(ImportedItem item) {
    return new HostFunction(
        item.module(),
        item.name(),
        item.signature().orElseThrow(),
        find(item).orElseGet(() -> otherwise(item)));
  }

  private Optional<HostFunction.Body> fromLibrary(ImportedItem item, Signature declared) {
    return Optional.ofNullable(library.get(item.name()))
        .filter(provided -> provided.parameters() <= declared.params().size())
        .map(provided -> answering(provided.body(), !declared.results().isEmpty()));
  }

  private static HostFunction.Body answering(Import.Body body, boolean withResult) {
    return (caller, args) -> {
      long result = body.call(caller, args);
      return withResult ? new long[] {result} : NO_RESULTS;
    };
  }

  private Optional<HostFunction.Body> fromWasi(ImportedItem item, Signature declared) {
    return wasi.stream()
        .filter(
            function ->
                function.module().equals(item.module()) && function.name().equals(item.name()))
        .findFirst()
        .map(this::replaced)
        .flatMap(function -> adapted(function, declared));
  }

  /** WASI's function, or what the library has in its place. */
  private HostFunction replaced(HostFunction function) {
    Import own = library.get(function.name());
    return own == null
        ? function
        : new HostFunction(
            function.module(),
            function.name(),
            function.signature(),
            answering(own.body(), !function.signature().results().isEmpty()));
  }

  private static Optional<HostFunction.Body> adapted(HostFunction function, Signature declared) {
    if (function.signature().equals(declared)) {
      return Optional.of(function.body());
    }
    List<ValueType> whole = function.signature().params();
    if (!split(whole).equals(declared.params())
        || !function.signature().results().equals(declared.results())) {
      return Optional.empty();
    }
    return Optional.of((caller, args) -> function.body().call(caller, joined(whole, args)));
  }

  private static List<ValueType> split(List<ValueType> types) {
    var split = new ArrayList<ValueType>();
    for (ValueType type : types) {
      split.add(type == ValueType.I64 ? ValueType.I32 : type);
      if (type == ValueType.I64) {
        split.add(ValueType.I32);
      }
    }
    return split;
  }

  /** Makes one of each two halves, the low one first. */
  private static long[] joined(List<ValueType> types, long[] halves) {
    var args = new long[types.size()];
    int next = 0;
    for (int i = 0; i < args.length; i++) {
      args[i] = halves[next++];
      if (types.get(i) == ValueType.I64) {
        args[i] = args[i] & LOW_HALF | halves[next++] << Integer.SIZE;
      }
    }
    return args;
  }

  private HostFunction.Body otherwise(ImportedItem item) {
    return item.name().startsWith(SYSTEM_CALL) ? answering((c, a) -> -ENOSYS, true) : lacks(item);
  }

  private HostFunction.Body lacks(ImportedItem item) {
    String message =
        "it called %s %s, which this host does not have%s"
            .formatted(item.qualifiedName(), item.signature().orElseThrow(), purpose(item));
    return (caller, args) -> {
      throw new HostFault(message);
    };
  }
}
