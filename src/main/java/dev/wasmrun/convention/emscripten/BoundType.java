package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ValueType;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A type of C++ as embind registers it: how its values are passed to a guest's functions, and what
 * they are in Java.
 *
 * <pre>
 *   std::string in memory, which malloc has given:   0 length: i32   4 bytes
 * </pre>
 */
interface BoundType {
  /** The name of the type whose values may be undefined, which is null in Java. */
  String OPTIONAL = "std::optional";

  /** Its name in C++. */
  String name();

  /**
   * A value of Java, or the text of one, as the guest gets it.
   *
   * @throws UsageException if it is no value of this type
   */
  long toGuest(Guest guest, Object value);

  /** The Java form of what the guest returns, which it gives away. */
  Object toJava(Guest guest, long bits);

  /** The value, as {@link GlobalScope} has it, that lies among arguments for JavaScript. */
  default Object read(Guest guest, int at) {
    return GlobalScope.fromJava(toJava(guest, guest.memory().getLong(at)));
  }

  /** Whether null is a value of it. */
  default boolean hasNull() {
    return false;
  }

  /**
   * An argument, which may be null, as the guest gets it: see {@link #toGuest}.
   *
   * @throws UsageException if it is no value of this type
   */
  default long argument(Guest guest, Object value) {
    if (value == null && !hasNull()) {
      throw new UsageException("null is no " + name());
    }
    return toGuest(guest, value);
  }

  /** Whether an argument may be left out. */
  default boolean isOptional() {
    return false;
  }

  /** Gives back what {@link #toGuest} has taken. */
  default void release(Guest guest, long bits) {}

  /** No value. */
  record Nothing(String name) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      return 0;
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      return null;
    }
  }

  /** A {@code Boolean}. */
  record Truth(String name) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      return switch (value.toString()) {
        case "true", "1" -> 1;
        case "false", "0" -> 0;
        default -> throw refused(value, "true or false");
      };
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      return (bits & 0xFF) != 0;
    }
  }

  /** A whole number: a {@code Long}, or an {@code Integer} where it fits in one. */
  record Whole(String name, int bytes, boolean signed) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      long bits;
      try {
        bits = Values.parse(ValueType.I64, value.toString());
      } catch (UsageException e) {
        throw refused(value, "a whole number");
      }
      if (bytes < Long.BYTES && bits != narrowed(bits)) {
        throw refused(value, "a whole number of %s bits".formatted(bytes * Byte.SIZE));
      }
      return bytes < Long.BYTES ? (int) bits : bits;
    }

    /** A number as C++ has it that keeps only its low bits. */
    long narrowed(long bits) {
      int unused = Long.SIZE - bytes * Byte.SIZE;
      return signed ? bits << unused >> unused : bits << unused >>> unused;
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      long value = narrowed(bits);
      return value == (int) value && bytes < Long.BYTES ? (Object) (int) value : (Object) value;
    }
  }

  /** A {@code Double}, or a {@code Float} if it has 4 bytes. */
  record Real(String name, int bytes) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      try {
        return Values.parse(bytes == Float.BYTES ? ValueType.F32 : ValueType.F64, value.toString());
      } catch (UsageException e) {
        throw refused(value, "a number");
      }
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      return bytes == Float.BYTES
          ? (Object) Float.intBitsToFloat((int) bits)
          : (Object) Double.longBitsToDouble(bits);
    }
  }

  /** A {@code String}, or the bytes of one; what is no text in UTF-8 comes back as bytes. */
  record Text(String name) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      byte[] bytes =
          value instanceof byte[] given ? given : value.toString().getBytes(StandardCharsets.UTF_8);
      long address = ExportCalls.required(guest, Names.MALLOC, Integer.BYTES + bytes.length + 1)[0];
      LinearMemory memory = guest.memory();
      memory.setInt((int) address, bytes.length);
      memory.write((int) address + Integer.BYTES, bytes, 0, bytes.length);
      memory.setByte((int) address + Integer.BYTES + bytes.length, (byte) 0);
      return address;
    }

    @Override
    public void release(Guest guest, long bits) {
      ExportCalls.required(guest, Names.FREE, bits);
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      int length = guest.memory().getInt((int) bits);
      byte[] bytes = guest.memory().getBytes((int) bits + Integer.BYTES, length);
      release(guest, bits);
      var text = new String(bytes, StandardCharsets.UTF_8);
      return Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes) ? text : bytes;
    }
  }

  /**
   * A {@code String} of UTF-16 or UTF-32.
   *
   * @param unit how many bytes a unit of it has: 2 or 4
   */
  record WideText(String name, int unit) implements BoundType {
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

    @Override
    public long toGuest(Guest guest, Object value) {
      String text = value.toString();
      int[] units = (unit == Character.BYTES ? text.chars() : text.codePoints()).toArray();
      long size = Integer.BYTES + (units.length + 1L) * unit;
      int address = (int) ExportCalls.required(guest, Names.MALLOC, size)[0];
      LinearMemory memory = guest.memory();
      memory.setInt(address, units.length);
      for (int i = 0; i <= units.length; i++) {
        int each = i == units.length ? 0 : units[i];
        int at = address + Integer.BYTES + i * unit;
        if (unit == Character.BYTES) {
          memory.setShort(at, (short) each);
        } else {
          memory.setInt(at, each);
        }
      }
      return address;
    }

    @Override
    public void release(Guest guest, long bits) {
      ExportCalls.required(guest, Names.FREE, bits);
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      LinearMemory memory = guest.memory();
      int address = (int) bits;
      byte[] bytes = memory.getBytes(address + Integer.BYTES, memory.getInt(address) * unit);
      release(guest, bits);
      return new String(bytes, unit == Character.BYTES ? StandardCharsets.UTF_16LE : UTF_32LE);
    }
  }

  /** One of some names: a {@code String}; also taken by its number. */
  record Choice(String name, int bytes, Map<String, Integer> numbers) implements BoundType {
    Choice(String name, int bytes) {
      this(name, bytes, new TreeMap<>());
    }

    @Override
    public long toGuest(Guest guest, Object value) {
      Integer number =
          value instanceof Integer given && numbers.containsValue(given)
              ? given
              : numbers.get(value.toString());
      if (number == null) {
        throw refused(value, "one of " + String.join(", ", numbers.keySet()));
      }
      return number;
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      return numbers.entrySet().stream()
          .filter(entry -> entry.getValue() == (int) bits)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse(Integer.toString((int) bits));
    }
  }

  /** A value of JavaScript, as {@link GlobalScope} has it; in Java what it tells. */
  record AnyValue(String name, ValueHandles handles) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      return handles.of(
          value == null && isOptional() ? ValueHandles.UNDEFINED : GlobalScope.fromJava(value));
    }

    @Override
    public boolean hasNull() {
      return true;
    }

    @Override
    public boolean isOptional() {
      return name.equals(OPTIONAL);
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      return GlobalScope.toJava(handles.take((int) bits));
    }

    @Override
    public Object read(Guest guest, int at) {
      return handles.take(guest.memory().getInt(at));
    }
  }

  /**
   * Numbers in the guest's memory; in Java a copy of them.
   *
   * <pre>
   *   0 length: i32   4 address: ptr
   * </pre>
   */
  record View(String name, TypedArray.Kind kind) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      throw refused(value, "nothing: only C++ makes one");
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      return view(guest, (int) bits).toJava();
    }

    @Override
    public Object read(Guest guest, int at) {
      return view(guest, at);
    }

    private TypedArray view(Guest guest, int at) {
      LinearMemory memory = guest.memory();
      int length = memory.getInt(at);
      return TypedArray.view(kind, memory, memory.getInt(at + Integer.BYTES), length);
    }
  }

  /** A type whose values only JavaScript has. */
  record Foreign(String name) implements BoundType {
    @Override
    public long toGuest(Guest guest, Object value) {
      throw foreign();
    }

    @Override
    public Object toJava(Guest guest, long bits) {
      throw foreign();
    }

    private UsageException foreign() {
      return new UsageException(
          "a value of type %s is one of JavaScript's, which this host does not have"
              .formatted(name));
    }
  }

  /** That a value does not suit this type. */
  default UsageException refused(Object value, String expected) {
    return new UsageException("'%s' is no %s: expected %s".formatted(value, name(), expected));
  }
}
