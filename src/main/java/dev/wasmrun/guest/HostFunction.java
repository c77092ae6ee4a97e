package dev.wasmrun.guest;

import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;

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
    void call(Guest caller, long[] args);
  }

  private static final long[] NO_RESULTS = {};
}
