package dev.wasmrun.convention.bindgen;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.module.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The arguments of a call as the guest gets them, one after the other.
 *
 * <p>A text or array is copied to memory that the guest allocates, and frees itself; it is passed
 * as its address and its length in elements. An {@link Optional} that is empty stands for one that
 * is none. Null and {@link HostValue} are values of JavaScript.
 */
final class PassedValues {
  private final Guest guest;
  private final String export;
  private final HostObjects objects;
  private final Allocator allocator;
  private final List<ValueType> parameters;
  private final long[] bits;
  private int next;

  PassedValues(Guest guest, String export, HostObjects objects, Allocator allocator, boolean area) {
    this.guest = guest;
    this.export = export;
    this.objects = objects;
    this.allocator = allocator;
    this.parameters = guest.module().exportedFunctions().get(export).params();
    this.bits = new long[parameters.size()];
    this.next = area ? 1 : 0;
  }

  /** How many parameters of WebAssembly some arguments take. */
  static int count(Object... args) {
    return Arrays.stream(args)
        .mapToInt(arg -> arg instanceof Optional || Slices.elementBytes(arg) > 0 ? 2 : 1)
        .sum();
  }

  /**
   * All of them, of which there are as many as parameters.
   *
   * @param area what the first parameter is if the guest writes its results to memory
   * @throws UsageException if one does not suit its parameter
   */
  long[] of(int area, Object... args) {
    if (next == 1) {
      bits[0] = area;
    }
    for (int i = 0; i < args.length; i++) {
      add(i + 1, args[i]);
    }
    return bits;
  }

  private void add(int position, Object value) {
    int elementBytes = Slices.elementBytes(value);
    if (elementBytes > 0) {
      byte[] bytes = Slices.bytes(value);
      int address = allocator.allocate(guest, bytes.length, elementBytes);
      guest.memory().write(address, bytes, 0, bytes.length);
      bits[next++] = address;
      bits[next++] = bytes.length / elementBytes;
    } else if (value instanceof Optional<?> none && none.isEmpty()) {
      next += 2; // a slice that is none has the address 0
    } else if (value == null) {
      object(Special.UNDEFINED);
    } else if (value instanceof HostValue host) {
      object(host.value());
    } else {
      bits[next] = number(position, value);
      next++;
    }
  }

  private void object(Object value) {
    bits[next] =
        parameters.get(next) == ValueType.REF ? objects.reference(value) : objects.add(value);
    next++;
  }

  private long number(int position, Object value) {
    ValueType type = parameters.get(next);
    Object given = value instanceof Boolean truth ? (Object) (truth ? 1 : 0) : value;
    if (type == ValueType.F64 && given instanceof Number number) {
      given = number.doubleValue();
    } else if (type == ValueType.I32 && given instanceof Long number && number >>> 32 == 0) {
      given = number.intValue(); // a u32
    }
    OptionalLong number = type == ValueType.REF ? OptionalLong.empty() : Values.bits(type, given);
    return number.orElseThrow(
        () ->
            new UsageException(
                "argument %s of %s: its parameter is an %s, got %s"
                    .formatted(position, export, type, Values.described(value))));
  }
}
