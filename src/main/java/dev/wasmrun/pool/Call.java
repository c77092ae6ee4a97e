package dev.wasmrun.pool;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.module.Signature;
import java.util.List;

/**
 * An exported function and arguments for it, already checked against its type, and the priority
 * with which a pool is to make the call. Immutable.
 */
public final class Call {
  private final ExportedFunction function;
  private final long[] args;
  private final int priority;

  private Call(ExportedFunction function, long[] args, int priority) {
    this.function = function;
    this.args = args;
    this.priority = priority;
  }

  /**
   * A call with Java numbers.
   *
   * @param args one per parameter: an {@code Integer} for an i32, that or a {@code Long} for an
   *     i64, a {@code Float} for an f32, that or a {@code Double} for an f64
   * @throws UsageException if there is no such export, or an argument does not suit it
   */
  public static Call of(GuestModule module, String export, Object... args) {
    return of(ExportedFunction.of(module, export), args);
  }

  static Call of(ExportedFunction function, Object... args) {
    return new Call(function, function.bits(args), 0);
  }

  /**
   * A call with arguments as users write them: see {@link Values#parse}.
   *
   * @throws UsageException if there is no such export, or an argument does not suit it
   */
  public static Call parse(GuestModule module, String export, List<String> args) {
    var function = ExportedFunction.of(module, export);
    return new Call(function, function.parse(args), 0);
  }

  /**
   * The same call with another priority.
   *
   * @param wanted higher goes first; any number, 0 for a call of which nothing is said
   */
  public Call withPriority(int wanted) {
    return new Call(function, args, wanted);
  }

  /** The priority: of two calls that wait, the one with the higher number goes first. */
  public int priority() {
    return priority;
  }

  /** The module whose function is to be called. */
  public GuestModule module() {
    return function.module();
  }

  /** The name of the function. */
  public String export() {
    return function.name();
  }

  /** The type of the function. */
  public Signature signature() {
    return function.signature();
  }

  /** A value per parameter: integers as they are, floats as their bits. */
  long[] args() {
    return args.clone();
  }

  /** The form {@code add(2, 3)}. */
  @Override
  public String toString() {
    return "%s(%s)"
        .formatted(
            ShownNames.of(export()),
            String.join(", ", Values.formatAll(signature().params(), args)));
  }
}
