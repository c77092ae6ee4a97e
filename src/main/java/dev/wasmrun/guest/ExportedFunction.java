package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.Spelling;
import dev.wasmrun.module.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The name and type of a function that a module exports, against which arguments are checked.
 *
 * @param module the module
 * @param name what it is exported as
 * @param signature its type
 */
@Internal
public record ExportedFunction(GuestModule module, String name, Signature signature) {
  /**
   * Finds a function.
   *
   * @throws UsageException if the module exports no function of that name
   */
  public static ExportedFunction of(GuestModule module, String name) {
    Signature signature = module.exportedFunctions().get(name);
    if (signature == null) {
      throw new UsageException(
          "%s exports no function '%s'; %s"
              .formatted(module.name(), ShownNames.of(name), choices(module, name)));
    }
    return new ExportedFunction(module, name, signature);
  }

  private static String choices(GuestModule module, String name) {
    var names = module.exportedFunctions().keySet();
    return Spelling.closest(name, names)
        .map(meant -> "did you mean %s?".formatted(ShownNames.of(meant)))
        .orElse("it exports " + (names.isEmpty() ? "none" : ShownNames.list(names)));
  }

  /**
   * Arguments as a guest takes them, from Java's numbers.
   *
   * @param args one per parameter: an {@code Integer} for an i32, that or a {@code Long} for an
   *     i64, a {@code Float} for an f32, that or a {@code Double} for an f64
   * @return integers as they are, floats as their bits
   * @throws UsageException if their number is wrong, or one does not suit its type
   */
  public long[] bits(Object... args) {
    requireArguments(args.length);
    long[] bits = new long[args.length];
    for (int i = 0; i < args.length; i++) {
      bits[i] = bits(i, args[i]);
    }
    return bits;
  }

  private long bits(int index, Object value) {
    ValueType type = signature.params().get(index);
    return Values.bits(type, value)
        .orElseThrow(
            () ->
                new UsageException(
                    "argument %s: %s takes an %s there, got %s"
                        .formatted(index + 1, ShownNames.of(name), type, Values.described(value))));
  }

  /**
   * Arguments as a guest takes them, from what users write: see {@link Values#parseAny}.
   *
   * @return integers as they are, floats as their bits, of a vector the lower and the upper half
   * @throws UsageException if their number is wrong, or one does not suit its type
   */
  public long[] parse(List<String> args) {
    requireArguments(args.size());
    return IntStream.range(0, args.size())
        .mapToObj(i -> parse(i, args.get(i)))
        .flatMapToLong(Arrays::stream)
        .toArray();
  }

  private long[] parse(int index, String text) {
    try {
      return Values.parseAny(signature.params().get(index), text);
    } catch (UsageException e) {
      throw new UsageException("argument %s: %s".formatted(index + 1, e.getMessage()));
    }
  }

  void requireArguments(int number) {
    int wanted = signature.params().size();
    if (number != wanted) {
      throw wrongNumber(wanted, "argument", number);
    }
  }

  /** Checks that there are enough values, of which a vector has two. */
  void requireValues(int number) {
    int wanted = ValueType.longs(signature.params());
    if (number < wanted) {
      throw wrongNumber(wanted, "value", number);
    }
  }

  private UsageException wrongNumber(int wanted, String what, int got) {
    return new UsageException(
        "%s takes %s %s%s, got %s: it is %s"
            .formatted(ShownNames.of(name), wanted, what, wanted == 1 ? "" : "s", got, signature));
  }
}
