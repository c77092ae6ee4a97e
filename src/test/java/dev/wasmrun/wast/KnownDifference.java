package dev.wasmrun.wast;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Text;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A way in which the host is known to differ from some version of the specification, with the
 * reason. Counted apart from failures, and as narrow as the cases that were looked into.
 */
enum KnownDifference {
  MULTIPLE_MEMORIES("valid since WebAssembly 3.0: more than one memory (refused when linked)") {
    @Override
    boolean explains(Script script, Engine engine, Group command, Failed failure) {
      return expects(command, "multiple memories");
    }
  },
  MEMORY_INDEX("valid since WebAssembly 3.0: a memory index of more than one byte") {
    @Override
    boolean explains(Script script, Engine engine, Group command, Failed failure) {
      return expects(command, "zero byte expected");
    }
  },
  CONSTANT_GLOBALS("valid since WebAssembly 3.0: constants that read the module's own globals") {
    private static final Set<String> SCRIPTS = Set.of("data.wast", "elem.wast", "global.wast");

    @Override
    boolean explains(Script script, Engine engine, Group command, Failed failure) {
      return expects(command, "unknown global")
          && script.text(command.start(), command.end()).contains("(global.get")
          && SCRIPTS.stream().anyMatch(script.name()::endsWith);
    }
  },
  SIGNALLING_NAN("interpreter: Math.min, max, floor and ceil return a signalling NaN as it is") {
    @Override
    boolean explains(Script script, Engine engine, Group command, Failed failure) {
      return engine == Engine.INTERPRETER
          && Arrays.stream(failure.results()).anyMatch(Values::isSignallingNan)
          && command.from(2).stream()
              .anyMatch(expected -> Values.literal(expected).equals("nan:arithmetic"));
    }
  },
  SIGN_OF_NAN("interpreter: Math.abs(float) of JDK 17, not compiled, keeps the sign of a NaN") {
    @Override
    boolean explains(Script script, Engine engine, Group command, Failed failure) {
      return engine == Engine.INTERPRETER
          && Runtime.version().feature() < 18
          && failure.results().length == 1
          && Float.isNaN(Float.intBitsToFloat((int) failure.results()[0]))
          && command.from(2).stream()
              .allMatch(e -> Values.matches(e, failure.results()[0] & Integer.MAX_VALUE))
          && script.text(command.start(), command.end()).matches("(?s).*\"(f32\\.)?abs\".*");
    }
  };

  private final String reason;

  KnownDifference(String reason) {
    this.reason = reason;
  }

  /** Why the host differs, and who is to blame. */
  String reason() {
    return reason;
  }

  abstract boolean explains(Script script, Engine engine, Group command, Failed failure);

  /** The difference that explains how a command ended, if one does. */
  static Optional<KnownDifference> of(Script script, Engine engine, Node command, Failed failure) {
    return Arrays.stream(values())
        .filter(difference -> difference.explains(script, engine, (Group) command, failure))
        .findFirst();
  }

  private static boolean expects(Group command, String text) {
    return command.from(2).stream()
        .anyMatch(item -> item instanceof Text expected && expected.utf8().startsWith(text));
  }
}
