package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.Internal;
import java.util.Optional;

/** A module's code, made ready to run by an {@link Engine}; may be shared among threads. */
@Internal
@FunctionalInterface
public interface PreparedCode {
  /** Has an instance that is about to be built run this code. */
  void install(Instance.Builder builder);

  /** What a user should know of how the code is run, if it is not as the engine says. */
  default Optional<String> notice() {
    return Optional.empty();
  }
}
