package dev.wasmrun.convention.bindgen;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.Signature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host functions of a library: whatever it imports of wasm-bindgen, with the type that it
 * declares. One that needs JavaScript fails by its name when it is called.
 *
 * <pre>
 *   wbg.__wbindgen_throw   ./words_bg.js.__wbg_getRandomValues_37fa2ca9e4e07fab
 *       └ an intrinsic                         └ a function of the web, and a hash of its crate
 * </pre>
 */
final class BindgenImports {
  private static final Pattern NAMES =
      Pattern.compile("__wbg_(.*?)(?:_[0-9a-f]{16})?|(__wbindgen_.*)");
  private static final String INTRINSIC = "__wbindgen_";
  private static final String CAST = "__wbindgen_cast";

  private final GuestModule module;
  private final Allocator allocator;
  private final Map<String, ImportCall.Body> bodies = new HashMap<>();

  /** Each instance's own; the instances of all threads come by. */
  private final Map<Guest, HostObjects> objects = new ConcurrentHashMap<>();

  BindgenImports(
      GuestModule module,
      RunListener listener,
      ClockAndRandomness clockAndRandomness,
      RayonThreads threads) {
    this.module = module;
    this.allocator = new Allocator(module);
    bodies.putAll(WebImports.all(listener, clockAndRandomness, threads));
    bodies.putAll(BindgenIntrinsics.all());
  }

  /** Whether a module imports or exports anything of wasm-bindgen. */
  static boolean isLibrary(GuestModule module) {
    return module.imports().stream().anyMatch(item -> NAMES.matcher(item.name()).matches())
        || module.exports().keySet().stream().anyMatch(name -> name.startsWith(INTRINSIC));
  }

  Allocator allocator() {
    return allocator;
  }

  /** The values of JavaScript that an instance knows. */
  HostObjects objects(Guest guest) {
    return objects.computeIfAbsent(guest, HostObjects::new);
  }

  List<HostFunction> functions() {
    var functions = new ArrayList<HostFunction>();
    for (ImportedItem item : module.imports()) {
      Matcher name = NAMES.matcher(item.name());
      if (item.kind() == Kind.FUNCTION && name.matches()) {
        functions.add(function(item, name));
      }
    }
    return functions;
  }

  private HostFunction function(ImportedItem item, Matcher name) {
    Signature signature = item.signature().orElseThrow();
    boolean hasHash = name.group(1) != null;
    String plain = hasHash ? name.group(1) : name.group(2);
    ImportCall.Body body = body(plain, hasHash, signature);
    return new HostFunction(
        item.module(),
        item.name(),
        signature,
        (guest, args) -> {
          if (body == null) {
            throw needsJavaScript(item, plain);
          }
          long result = body.of(new ImportCall(guest, objects(guest), allocator, signature, args));
          return signature.results().isEmpty() ? new long[0] : new long[] {result};
        });
  }

  private ImportCall.Body body(String plain, boolean hasHash, Signature signature) {
    if (plain.startsWith(CAST)) {
      return cast(signature);
    }
    ImportCall.Body today = hasHash ? bodies.get(plain + BindgenIntrinsics.TODAY) : null;
    return today != null ? today : bodies.get(plain);
  }

  /** A conversion that only its hash names: by its type, a text, a number or a large one. */
  private static ImportCall.Body cast(Signature signature) {
    return switch (signature.params().toString()) {
      case "[i32, i32]" -> call -> call.give(call.text(0));
      case "[f64]" -> call -> call.give(Double.longBitsToDouble(call.args()[0]));
      default -> null;
    };
  }

  private HostFault needsJavaScript(ImportedItem item, String plain) {
    return new HostFault(
        "%s calls %s, %s, which needs JavaScript; pass a host function of that name"
            .formatted(
                module.name(),
                item.qualifiedName(),
                plain.startsWith(INTRINSIC)
                    ? "a conversion of wasm-bindgen"
                    : "JavaScript's " + plain.replaceFirst("^new_?.*", "constructor")));
  }
}
