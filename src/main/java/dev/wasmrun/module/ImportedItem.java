package dev.wasmrun.module;

import java.util.Locale;
import java.util.Optional;

/**
 * One import of a module.
 *
 * @param module the module name, possibly empty
 * @param name the field name, possibly empty
 * @param kind what is imported
 * @param signature the declared type of an imported function; empty for every other kind
 */
public record ImportedItem(String module, String name, Kind kind, Optional<Signature> signature) {

  /** What an import or an export can be. */
  public enum Kind {
    FUNCTION,
    TABLE,
    MEMORY,
    GLOBAL,
    TAG;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The two names joined by a dot, as messages show them. */
  public String qualifiedName() {
    return ShownNames.of(module) + "." + ShownNames.of(name);
  }
}
