package dev.wasmrun.compiler;

import dev.wasmrun.compiler.emit.GeneratedUnit;
import java.util.Optional;

/** Keeps generated classes, which the JVM has verified, beyond this process. Thread-safe. */
public interface UnitStore {
  /** Keeps nothing. */
  UnitStore NONE =
      new UnitStore() {
        @Override
        public Optional<GeneratedUnit> find(String unit) {
          return Optional.empty();
        }

        @Override
        public void keep(String unit, GeneratedUnit generated) {}
      };

  /** The classes of a unit, if they are kept. */
  Optional<GeneratedUnit> find(String unit);

  /** Keeps the classes of a unit. */
  void keep(String unit, GeneratedUnit generated);
}
