package dev.wasmrun.guest;

import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A Java function that guests may import.
 *
 * @param module the import's module name
 * @param name the import's field name
 * @param signature the type that the import must declare
 * @param body what it does
 */
public record HostFunction(String module, String name, Signature signature, Body body) {

  /** The Java side of a host function. */
  @FunctionalInterface
  public interface Body {
    /**
     * Runs on the calling guest's thread.
     *
     * @param caller the instance that calls
     * @param args a value per parameter: integers as they are, floats as their bits
     * @return a value per result
     * @throws GuestFailure to end the guest's call; any other exception ends it as a host fault
     */
    long[] call(Guest caller, long[] args);
  }

  /** A body that keeps something for the guests that call it which is not in their memory. */
  public interface KeepingBody extends Body {
    /**
     * What it keeps at present that a {@link Snapshot} would miss, as a clause about the guest such
     * as "it has open files"; empty if there is nothing.
     */
    Optional<String> kept();
  }

  /**
   * A host function in terms of Java's numbers.
   *
   * @param signature the type that the import must declare, of number types only
   */
  public static HostFunction ofNumbers(
      String module, String name, Signature signature, NumberBody body) {
    return new HostFunction(
        module,
        name,
        signature,
        (caller, args) -> {
          List<Number> numbers =
              IntStream.range(0, args.length)
                  .mapToObj(i -> Values.number(signature.params().get(i), args[i]))
                  .toList();
          return bits(signature.results(), body.call(caller, numbers));
        });
  }

  private static long[] bits(List<ValueType> types, List<? extends Number> numbers) {
    if (numbers.size() != types.size()) {
      throw new IllegalStateException(
          "it returned %s values; its type has %s".formatted(numbers.size(), types.size()));
    }
    return IntStream.range(0, types.size())
        .mapToLong(
            i ->
                Values.bits(types.get(i), numbers.get(i))
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "it returned %s where its type has an %s"
                                    .formatted(Values.described(numbers.get(i)), types.get(i)))))
        .toArray();
  }

  /** The Java side of a host function in terms of Java's numbers; as {@link Body}. */
  @FunctionalInterface
  public interface NumberBody {
    /**
     * Runs on the calling guest's thread.
     *
     * @param args an {@code Integer}, {@code Long}, {@code Float} or {@code Double} per parameter
     * @return the same per result
     */
    List<? extends Number> call(Guest caller, List<Number> args);
  }

  /** A host function without results. */
  public static HostFunction ofVoid(
      String module, String name, List<ValueType> params, VoidBody body) {
    return new HostFunction(
        module,
        name,
        new Signature(params, List.of()),
        (caller, args) -> {
          body.call(caller, args);
          return NO_RESULTS;
        });
  }

  /** The Java side of a host function without results; as {@link Body}. */
  @FunctionalInterface
  public interface VoidBody {
    /** Runs on the calling guest's thread. */
    void call(Guest caller, long[] args);
  }

  private static final long[] NO_RESULTS = {};
}
