package dev.wasmrun.pool;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.Spelling;
import dev.wasmrun.module.ValueType;
import java.util.List;

/** An exported function and arguments for it, already checked against its type. Immutable. */
public final class Call {
  private final GuestModule module;
  private final String export;
  private final Signature signature;
  private final long[] args;

  private Call(GuestModule module, String export, int arguments) {
    this.module = module;
    this.export = export;
    this.signature = module.exportedFunctions().get(export);
    if (signature == null) {
      throw new UsageException(
          "%s exports no function '%s'; %s".formatted(module.name(), export, choices()));
    }
    int wanted = signature.params().size();
    if (arguments != wanted) {
      throw new UsageException(
          "%s takes %s argument%s, got %s: it is %s"
              .formatted(export, wanted, wanted == 1 ? "" : "s", arguments, signature));
    }
    this.args = new long[wanted];
  }

  private String choices() {
    var names = module.exportedFunctions().keySet();
    return Spelling.closest(export, names)
        .map("did you mean %s?"::formatted)
        .orElse("it exports " + (names.isEmpty() ? "none" : String.join(", ", names)));
  }

  /**
   * A call with Java numbers.
   *
   * @param args one per parameter: an {@code Integer} for an i32, that or a {@code Long} for an
   *     i64, a {@code Float} for an f32, that or a {@code Double} for an f64
   * @throws UsageException if there is no such export, or an argument does not suit it
   */
  public static Call of(GuestModule module, String export, Object... args) {
    var call = new Call(module, export, args.length);
    for (int i = 0; i < args.length; i++) {
      call.args[i] = call.bits(i, args[i]);
    }
    return call;
  }

  /**
   * A call with arguments as users write them: see {@link Values#parse}.
   *
   * @throws UsageException if there is no such export, or an argument does not suit it
   */
  public static Call parse(GuestModule module, String export, List<String> args) {
    var call = new Call(module, export, args.size());
    for (int i = 0; i < args.size(); i++) {
      try {
        call.args[i] = Values.parse(call.signature.params().get(i), args.get(i));
      } catch (UsageException e) {
        throw new UsageException("argument %s: %s".formatted(i + 1, e.getMessage()));
      }
    }
    return call;
  }

  private long bits(int index, Object value) {
    ValueType type = signature.params().get(index);
    return Values.bits(type, value)
        .orElseThrow(
            () ->
                new UsageException(
                    "argument %s: %s takes an %s there, got %s"
                        .formatted(index + 1, export, type, Values.described(value))));
  }

  /** The module whose function is to be called. */
  public GuestModule module() {
    return module;
  }

  /** The name of the function. */
  public String export() {
    return export;
  }

  /** The type of the function. */
  public Signature signature() {
    return signature;
  }

  /** A value per parameter: integers as they are, floats as their bits. */
  long[] args() {
    return args.clone();
  }

  /** The form {@code add(2, 3)}. */
  @Override
  public String toString() {
    var text = new StringBuilder(export).append('(');
    for (int i = 0; i < args.length; i++) {
      text.append(i == 0 ? "" : ", ").append(Values.format(signature.params().get(i), args[i]));
    }
    return text.append(')').toString();
  }
}
