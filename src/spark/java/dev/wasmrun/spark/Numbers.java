package dev.wasmrun.spark;

import dev.wasmrun.module.ValueType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The number types of WebAssembly as those of SQL: i32 is INT, i64 BIGINT, f32 FLOAT, f64 DOUBLE. A
 * narrower integer is widened, a FLOAT becomes a DOUBLE, and a BOOLEAN 1 or 0; nothing is rounded
 * or cut off.
 */
final class Numbers {
  private Numbers() {}

  /**
   * The type of SQL.
   *
   * @throws IllegalArgumentException if there is none
   */
  static DataType type(ValueType type) {
    return switch (type) {
      case I32 -> DataTypes.IntegerType;
      case I64 -> DataTypes.LongType;
      case F32 -> DataTypes.FloatType;
      case F64 -> DataTypes.DoubleType;
      case V128, REF -> throw new IllegalArgumentException("SQL has no type for a " + type);
    };
  }

  /**
   * A value as a guest takes it.
   *
   * @throws WasmException if it is not of the type
   */
  static long bits(ValueType type, Object value) {
    return switch (type) {
      case I32 -> integer(value, type);
      case I64 -> value instanceof Long number ? number : integer(value, type);
      case F32 ->
          value instanceof Float number
              ? Integer.toUnsignedLong(Float.floatToRawIntBits(number))
              : refuse(value, type);
      default ->
          value instanceof Double number
              ? Double.doubleToRawLongBits(number)
              : value instanceof Float number
                  ? Double.doubleToRawLongBits(number)
                  : refuse(value, type);
    };
  }

  /**
   * Values as a guest takes them.
   *
   * @throws WasmException if one is not of its type
   */
  static long[] bits(ValueType[] types, Object... values) {
    var bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = bits(types[i], values[i]);
    }
    return bits;
  }

  private static long integer(Object value, ValueType type) {
    if (value instanceof Integer number) {
      return number;
    }
    if (value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    return value instanceof Boolean truth ? (truth ? 1 : 0) : refuse(value, type);
  }

  private static long refuse(Object value, ValueType type) {
    throw new WasmException(
        "a %s, for example %s, where the function takes an %s: write CAST(… AS %s)"
            .formatted(name(value), value, type, type(type).sql()));
  }

  private static String name(Object value) {
    return value instanceof Long
        ? "BIGINT"
        : value
            .getClass()
            .getSimpleName()
            .replace("BigDecimal", "DECIMAL")
            .toUpperCase(java.util.Locale.ROOT);
  }

  /** What a guest returned, as a value of SQL. */
  static Object value(ValueType type, long bits) {
    return switch (type) {
      case I32 -> (int) bits;
      case I64 -> bits;
      case F32 -> Float.intBitsToFloat((int) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }
}
