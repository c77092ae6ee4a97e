package dev.wasmrun.engine;

/**
 * A function that is active, and where in it the control is.
 *
 * @param index its index in the module, imported ones counted
 * @param offset of the instruction in the module's file; {@link #NO_OFFSET} if not known
 */
public record ActiveFunction(int index, int offset) {
  /** The offset in an imported function, and where the code does not tell. */
  public static final int NO_OFFSET = -1;
}
