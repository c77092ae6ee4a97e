package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.HostFault;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ScriptConstants;
import dev.wasmrun.module.ShownNames;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The imports that run pieces of JavaScript ({@code EM_ASM}). There is no JavaScript here, but of
 * the pieces that the library itself has the answer is known: what sanitizers ask for their
 * options, of which there are none, and for colours. A call of another in such a program ends the
 * run.
 */
final class AsmConstImports {
  /** Answered by 0: no text, and no. Spaces and semicolons are left out, and quotes are single. */
  private static final Pattern NOTHING =
      Pattern.compile(
          "returnwithBuiltinMalloc\\(.*allocateUTF8\\(Module(\\['|\\.)[A-Z]+_OPTIONS('\\])?\\|\\|0\\).*\\)"
              + "|(var|let|const)setting=Module(\\['|\\.)printWithColors.*");

  private static final String PREFIX = "emscripten_asm_const_";

  private final Map<Integer, String> constants;

  /** Creates them for a module. */
  AsmConstImports(GuestModule module) {
    boolean asks = module.imports().stream().anyMatch(item -> item.name().startsWith(PREFIX));
    this.constants = asks ? ScriptConstants.of(module) : Map.of();
  }

  /** None if none of the pieces is known. */
  Map<String, Import> all() {
    if (constants.values().stream().noneMatch(AsmConstImports::isNothing)) {
      return Map.of();
    }
    return Map.of(PREFIX + "int", called(), PREFIX + "double", called(), PREFIX + "ptr", called());
  }

  private Import called() {
    return Import.ofVoid(1, (caller, args) -> call((int) args[0]));
  }

  private void call(int constant) {
    String text = constants.getOrDefault(constant, "");
    if (!isNothing(text)) {
      throw new HostFault(
          "it called { %s }, which this host does not have: EM_ASM runs JavaScript"
              .formatted(ShownNames.of(text.strip())));
    }
  }

  private static boolean isNothing(String text) {
    return NOTHING.matcher(text.replaceAll("[\\s;]", "").replace('"', '\'')).matches();
  }
}
