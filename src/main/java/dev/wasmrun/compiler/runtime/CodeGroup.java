package dev.wasmrun.compiler.runtime;

/**
 * A generated class with the code of some of a module's functions.
 *
 * <p>Stateless; one serves all instances of a module.
 */
public abstract class CodeGroup {
  /** For generated subclasses. */
  protected CodeGroup() {}

  /**
   * Calls a function that this group has.
   *
   * @param args a value per parameter, as the runtime has them
   * @return a value per result; null if there are none
   */
  public abstract long[] call(int function, long[] args, Context context);

  /**
   * Calls a function that this group has; a tail call that it makes is left in {@code tail}, and
   * the results mean nothing then.
   */
  public abstract long[] tailCall(int function, long[] args, TailCall tail, Context context);
}
