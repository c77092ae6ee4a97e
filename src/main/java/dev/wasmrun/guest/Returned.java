package dev.wasmrun.guest;

import dev.wasmrun.module.ShownNames;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.stream.IntStream;

/** What a call returned: any number of values, numbers and vectors. Immutable. */
public final class Returned {
  /** No value at all. */
  public static final Returned NOTHING =
      new Returned("nothing", new Signature(List.of(), List.of()), new long[0]);

  private final String export;
  private final Signature signature;
  private final long[] bits;

  /**
   * What an exported function of this type returned.
   *
   * @param bits a value per result: integers as they are, floats as their bits, a vector as two
   *     values, its lower half first
   */
  public Returned(String export, Signature signature, long[] bits) {
    this.export = export;
    this.signature = signature;
    this.bits = bits.clone();
  }

  /** How many values. */
  public int size() {
    return types().size();
  }

  /** Their types. */
  public List<ValueType> types() {
    return signature.results();
  }

  /**
   * The only value, an i32.
   *
   * @throws IllegalStateException if there are more or fewer, or it is of another type
   */
  public int asInt() {
    return (int) only(ValueType.I32);
  }

  /**
   * The only value, an i64.
   *
   * @throws IllegalStateException as {@link #asInt}
   */
  public long asLong() {
    return only(ValueType.I64);
  }

  /**
   * The only value, an f32.
   *
   * @throws IllegalStateException as {@link #asInt}
   */
  public float asFloat() {
    return Float.intBitsToFloat((int) only(ValueType.F32));
  }

  /**
   * The only value, an f64.
   *
   * @throws IllegalStateException as {@link #asInt}
   */
  public double asDouble() {
    return Double.longBitsToDouble(only(ValueType.F64));
  }

  /**
   * All values: an {@code Integer}, {@code Long}, {@code Float} or {@code Double} each.
   *
   * @throws IllegalStateException if one of them is a vector or a reference
   */
  public List<Number> values() {
    return IntStream.range(0, size()).mapToObj(this::value).toList();
  }

  private Number value(int index) {
    int at = ValueType.longs(types().subList(0, index));
    return Values.number(types().get(index), bits[at]);
  }

  private long only(ValueType type) {
    if (size() != 1 || types().get(0) != type) {
      throw new IllegalStateException(
          "%s does not return one %s: it is %s".formatted(ShownNames.of(export), type, signature));
    }
    return bits[0];
  }

  /** The values as text, with a space between them. */
  @Override
  public String toString() {
    return String.join(" ", Values.formatAll(types(), bits));
  }
}
