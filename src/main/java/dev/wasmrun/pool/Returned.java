package dev.wasmrun.pool;

import dev.wasmrun.guest.Values;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a call returned: any number of values, each of one of the four number types. Immutable. */
public final class Returned {
  private final Call call;
  private final long[] bits;

  Returned(Call call, long[] bits) {
    this.call = call;
    this.bits = bits;
  }

  /** How many values. */
  public int size() {
    return types().size();
  }

  /** Their types. */
  public List<ValueType> types() {
    return call.signature().results();
  }

  /** The only value, an i32. */
  public int asInt() {
    return (int) only(ValueType.I32);
  }

  /** The only value, an i64. */
  public long asLong() {
    return only(ValueType.I64);
  }

  /** The only value, an f32. */
  public float asFloat() {
    return Float.intBitsToFloat((int) only(ValueType.F32));
  }

  /** The only value, an f64. */
  public double asDouble() {
    return Double.longBitsToDouble(only(ValueType.F64));
  }

  /** All values: an {@code Integer}, {@code Long}, {@code Float} or {@code Double} each. */
  public List<Number> values() {
    return IntStream.range(0, size()).mapToObj(this::value).toList();
  }

  private Number value(int index) {
    long value = bits[index];
    return switch (types().get(index)) {
      case I32 -> Integer.valueOf((int) value);
      case I64 -> Long.valueOf(value);
      case F32 -> Float.valueOf(Float.intBitsToFloat((int) value));
      case F64 -> Double.valueOf(Double.longBitsToDouble(value));
      case V128, REF ->
          throw new IllegalStateException(
              "%s returns %s, which Java has no number for".formatted(call.export(), types()));
    };
  }

  private long only(ValueType type) {
    if (size() != 1 || types().get(0) != type) {
      throw new IllegalStateException(
          "%s does not return one %s: it is %s".formatted(call.export(), type, call.signature()));
    }
    return bits[0];
  }

  /** The values as text, with a space between them. */
  @Override
  public String toString() {
    return IntStream.range(0, size())
        .mapToObj(i -> Values.format(types().get(i), bits[i]))
        .collect(Collectors.joining(" "));
  }
}
