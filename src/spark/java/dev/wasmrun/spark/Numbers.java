package dev.wasmrun.spark;

import static java.lang.invoke.MethodType.methodType;

import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Map;
import scala.collection.Seq;

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

  /** What makes a guest's number of a value of SQL: (Object)int and the like. */
  static MethodHandle from(ValueType type) {
    try {
      Lookup own = MethodHandles.lookup();
      return switch (type) {
        case I32 -> own.findStatic(Numbers.class, "i32", methodType(int.class, Object.class));
        case I64 -> own.findStatic(Numbers.class, "i64", methodType(long.class, Object.class));
        case F32 -> own.findStatic(Numbers.class, "f32", methodType(float.class, Object.class));
        case F64 -> own.findStatic(Numbers.class, "f64", methodType(double.class, Object.class));
        case V128, REF -> throw new IllegalArgumentException("SQL has no type for a " + type);
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a method of ours that is not there", e);
    }
  }

  /**
   * A value as a guest takes it.
   *
   * @throws WasmException if it is not of the type
   */
  static long bits(ValueType type, Object value) {
    return switch (type) {
      case I32 -> i32(value);
      case I64 -> i64(value);
      case F32 -> Integer.toUnsignedLong(Float.floatToRawIntBits(f32(value)));
      default -> Double.doubleToRawLongBits(f64(value));
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

  private static int i32(Object value) {
    return value instanceof Integer number ? number : narrow(value, ValueType.I32);
  }

  private static long i64(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    return value instanceof Integer number ? number : narrow(value, ValueType.I64);
  }

  /** A number of an integer type that is narrower than any of a guest's. */
  private static int narrow(Object value, ValueType type) {
    if (value instanceof Short || value instanceof Byte) {
      return ((Number) value).intValue();
    }
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    throw refusal(value, type);
  }

  private static float f32(Object value) {
    if (value instanceof Float number) {
      return number;
    }
    throw refusal(value, ValueType.F32);
  }

  private static double f64(Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof Float number) {
      return number;
    }
    throw refusal(value, ValueType.F64);
  }

  private static WasmException refusal(Object value, ValueType type) {
    return new WasmException(
        "%s, for example %s, where the function takes an %s: write CAST(… AS %s)"
            .formatted(aType(value), value, type, type(type).sql()));
  }

  /** What SQL calls the type of a value, with its article. */
  static String aType(Object value) {
    String name = name(value);
    return (name.startsWith("A") || name.startsWith("I") ? "an " : "a ") + name;
  }

  private static String name(Object value) {
    if (value instanceof Long) {
      return "BIGINT";
    }
    if (value instanceof byte[]) {
      return "BINARY";
    }
    if (value instanceof Row) {
      return "STRUCT";
    }
    if (value instanceof Seq) {
      return "ARRAY";
    }
    return value instanceof Map
        ? "MAP"
        : value
            .getClass()
            .getSimpleName()
            .replace("Integer", "INT")
            .replace("BigDecimal", "DECIMAL")
            .toUpperCase(Locale.ROOT);
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
