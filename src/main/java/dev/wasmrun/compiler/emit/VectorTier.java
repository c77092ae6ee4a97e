package dev.wasmrun.compiler.emit;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A second form of functions with vectors, in which vectors are whole. It is the quicker one once
 * HotSpot has compiled it, and much the slower one before; {@link
 * dev.wasmrun.compiler.runtime.TwoForms} chooses.
 *
 * <pre>
 *   f ─▶ f$halves, in the same class
 *     └▶ f, in a class that is generated and loaded when that is first tried
 * </pre>
 *
 * @param methods what there is for whole vectors, loaded when it is asked for; empty if that fails,
 *     and then the second form is as the first
 * @param atOnce whether functions begin with the second form
 */
public record VectorTier(Supplier<Optional<LaneMethods.Written>> methods, boolean atOnce) {
  /** What functions have, in words. */
  public String forms() {
    return atOnce ? "whole vectors" : "halves, then whole vectors";
  }
}
