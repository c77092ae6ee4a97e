package dev.wasmrun.compiler.emit;

import java.util.List;

/**
 * The classes of a module, in units that are generated when one of their classes is first needed.
 *
 * <p>Thread-safe: different units may be generated at the same time.
 */
public interface UnitSource {
  /** What the names of all classes begin with, as class files have it. */
  String prefix();

  /** The class with the module's globals. */
  String contextClass();

  /** The class that has a function, not an imported one. */
  String groupOf(int function);

  /** The names of all units. */
  List<String> units();

  /** The unit that has a class. */
  String unitOf(String className);

  /**
   * Loads what the classes of a unit need besides.
   *
   * @return false if that is not there: then classes that were generated with it cannot be used
   */
  default boolean prepare(String unit) {
    return true;
  }

  /**
   * Generates the classes of a unit.
   *
   * @throws RuntimeException if that fails
   */
  GeneratedUnit emit(String unit);

  /**
   * The classes to have instead of those of a unit that failed: with the same methods, which leave
   * everything to the interpreter.
   *
   * @throws IllegalArgumentException if the unit cannot be done without
   */
  GeneratedUnit interpreted(String unit);
}
