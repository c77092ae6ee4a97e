package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.ValueHandles.UNDEFINED;

import dev.wasmrun.guest.HostFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * As much of JavaScript as an {@code emscripten::val} needs that only carries data: its values,
 * what makes them, their parts and a few of their methods. There is no engine behind it.
 *
 * <pre>
 *   JavaScript                        here
 *   undefined                         {@link ValueHandles#UNDEFINED}
 *   null, true, false                 null, a Boolean
 *   a number, a string                a Number, a String
 *   [ … ], { … }, new Error(text)     a List, a Map, a Map with the text as "message"
 *   Uint8Array and its kin            a {@link TypedArray}
 *   new ImageData(array, w, h)        a Map of "data", "width" and "height"
 *   console.log(…)                    a line of output; of error: warn, error, trace
 *   a function of the embedder's      a Function of a List of its arguments
 * </pre>
 */
final class GlobalScope {
  private static final Set<String> CONSTRUCTORS =
      Set.of(
          "Array",
          "Boolean",
          "Error",
          "ImageData",
          "Number",
          "Object",
          "RangeError",
          "String",
          "TypeError");
  private static final Set<String> TO_ERROR = Set.of("error", "trace", "warn");
  private static final Set<String> TO_OUTPUT = Set.of("debug", "info", "log");
  private static final String LENGTH = "length";

  /** What makes values, by its name. */
  private record Constructor(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The object that all global names are properties of, and the one that writes lines. */
  private enum Special {
    GLOBAL_THIS,
    CONSOLE
  }

  private final BiConsumer<Boolean, String> console;

  /** The last name that was asked for and is none here, to be told when it is used; or empty. */
  private volatile String unknown = "";

  /**
   * Creates it.
   *
   * @param console gets each line, and whether it is one of error
   */
  GlobalScope(BiConsumer<Boolean, String> console) {
    this.console = console;
  }

  /** The object of all global names. */
  static Object itself() {
    return Special.GLOBAL_THIS;
  }

  /** What is called so; undefined if that is not here. */
  Object named(String name) {
    if (CONSTRUCTORS.contains(name) || TypedArray.Kind.of(name).isPresent()) {
      return new Constructor(name);
    } else if (name.equals("console")) {
      return Special.CONSOLE;
    } else if (name.equals("globalThis")) {
      return Special.GLOBAL_THIS;
    }
    unknown = name;
    return UNDEFINED;
  }

  /** {@code new constructor(arguments)}. */
  Object construct(Object constructor, List<Object> args) {
    if (!(constructor instanceof Constructor known)) {
      throw lacks("new " + shown(constructor));
    }
    Object first = args.isEmpty() ? UNDEFINED : args.get(0);
    return switch (known.name()) {
      case "Array" -> new ArrayList<>(args);
      case "Object" -> new LinkedHashMap<String, Object>();
      case "ImageData" -> image(args);
      case "Error", "RangeError", "TypeError" -> map("message", text(first));
      case "String", "Number", "Boolean" -> call(constructor, args);
      default ->
          TypedArray.made(
              TypedArray.Kind.of(known.name()).orElseThrow(), first == UNDEFINED ? 0 : first);
    };
  }

  private static Object image(List<Object> args) {
    Map<String, Object> image = map("data", args.get(0));
    image.put("width", args.size() > 1 ? args.get(1) : UNDEFINED);
    image.put("height", args.size() > 2 ? args.get(2) : UNDEFINED);
    return image;
  }

  private static Map<String, Object> map(String key, Object value) {
    var map = new LinkedHashMap<String, Object>();
    map.put(key, value);
    return map;
  }

  /** {@code function(arguments)}. */
  Object call(Object function, List<Object> args) {
    if (function instanceof Function<?, ?> ofJava) {
      @SuppressWarnings("unchecked") // as whoever passes one is told
      var known = (Function<List<Object>, Object>) ofJava;
      return fromJava(known.apply(args.stream().map(GlobalScope::toJava).toList()));
    }
    String name = function instanceof Constructor known ? known.name() : "";
    Object first = args.isEmpty() ? UNDEFINED : args.get(0);
    return switch (name) {
      case "String" -> text(first);
      case "Boolean" -> isTrue(first);
      case "Number" -> number(first);
      case "Array", "Object", "Error", "RangeError", "TypeError" -> construct(function, args);
      default -> throw lacks("a call of " + shown(function));
    };
  }

  /** {@code object.name(arguments)}. */
  Object method(Object object, String name, List<Object> args) {
    if (object == Special.CONSOLE && (TO_OUTPUT.contains(name) || TO_ERROR.contains(name))) {
      console.accept(
          TO_ERROR.contains(name),
          args.stream().map(GlobalScope::text).collect(Collectors.joining(" ")));
      return UNDEFINED;
    } else if (object == Special.GLOBAL_THIS) {
      return call(named(name), args);
    } else if (object instanceof TypedArray array) {
      return method(array, name, args);
    } else if (object instanceof List<?> list && name.equals("push")) {
      mutable(list).addAll(args);
      return list.size();
    } else if (name.equals("toString") && args.isEmpty()) {
      return text(object);
    }
    throw lacks("%s.%s(…)".formatted(shown(object), name));
  }

  private Object method(TypedArray array, String name, List<Object> args) {
    switch (name) {
      case "set" -> {
        array.setAll(args.get(0), args.size() > 1 ? index(args.get(1)) : 0);
        return UNDEFINED;
      }
      case "slice" -> {
        return array.slice(
            args.isEmpty() ? 0 : index(args.get(0)),
            args.size() > 1 ? index(args.get(1)) : array.length());
      }
      default -> throw lacks("%s.%s(…)".formatted(array.kind(), name));
    }
  }

  /** {@code object[key]}. */
  Object get(Object object, Object key) {
    if (object == Special.GLOBAL_THIS) {
      return named(text(key));
    } else if (object instanceof Map<?, ?> map) {
      return map.containsKey(text(key)) ? map.get(text(key)) : UNDEFINED;
    } else if (object == null || object == UNDEFINED) {
      throw lacks("%s of %s".formatted(text(key), shown(object)));
    } else if (text(key).equals(LENGTH)) {
      return length(object);
    } else if (key instanceof Number && index(key) >= 0 && index(key) < size(object)) {
      return object instanceof TypedArray array
          ? array.get(index(key))
          : ((List<?>) object).get(index(key));
    }
    return UNDEFINED;
  }

  private static Object length(Object object) {
    if (object instanceof String text) {
      return text.length();
    }
    return object instanceof TypedArray || object instanceof List ? size(object) : UNDEFINED;
  }

  private static int size(Object object) {
    if (object instanceof TypedArray array) {
      return array.length();
    }
    return object instanceof List<?> list ? list.size() : 0;
  }

  /** {@code object[key] = value}. */
  void set(Object object, Object key, Object value) {
    if (object instanceof Map<?, ?> map) {
      mutable(map).put(text(key), value);
    } else if (object instanceof TypedArray array && key instanceof Number) {
      array.set(index(key), value instanceof Number number ? number : 0);
    } else if (object instanceof List<?> list && key instanceof Number) {
      List<Object> elements = mutable(list);
      while (elements.size() <= index(key)) {
        elements.add(UNDEFINED);
      }
      elements.set(index(key), value);
    } else {
      throw lacks("%s of %s".formatted(text(key), shown(object)));
    }
  }

  /** {@code delete object[key]}. */
  boolean delete(Object object, Object key) {
    if (object instanceof Map<?, ?> map) {
      map.remove(text(key));
    }
    return true;
  }

  /** {@code key in object}. */
  boolean has(Object object, Object key) {
    return object instanceof Map<?, ?> map
        ? map.containsKey(text(key))
        : key instanceof Number && index(key) >= 0 && index(key) < size(object);
  }

  /** {@code object instanceof constructor}. */
  boolean isOf(Object object, Object constructor) {
    String name = constructor instanceof Constructor known ? known.name() : "";
    if (object instanceof TypedArray array) {
      return array.kind().toString().equals(name) || name.equals("Object");
    }
    return object instanceof List
        ? name.equals("Array") || name.equals("Object")
        : object instanceof Map && name.equals("Object");
  }

  /** {@code typeof value}. */
  static String typeOf(Object value) {
    if (value == UNDEFINED) {
      return "undefined";
    } else if (value instanceof Boolean) {
      return "boolean";
    } else if (value instanceof Number) {
      return "number";
    } else if (value instanceof String) {
      return "string";
    }
    return value instanceof Constructor || value instanceof Function ? "function" : "object";
  }

  /** {@code a === b}. */
  static boolean same(Object a, Object b) {
    if (a instanceof Number first && b instanceof Number second) {
      return first.doubleValue() == second.doubleValue();
    }
    return a == b
        || (a instanceof String || a instanceof Boolean || a instanceof Constructor) && a.equals(b);
  }

  /** {@code a < b}. */
  static boolean less(Object a, Object b) {
    return a instanceof String first && b instanceof String second
        ? first.compareTo(second) < 0
        : number(a) < number(b);
  }

  /** Whether a value counts as true. */
  static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    } else if (value instanceof Number number) {
      return number.doubleValue() != 0 && !Double.isNaN(number.doubleValue());
    }
    return value != null && value != UNDEFINED && !"".equals(value);
  }

  /** What JavaScript makes of a value where it needs a number. */
  static double number(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    } else if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    } else if (value == null) {
      return 0;
    }
    try {
      return value instanceof String text
          ? text.isBlank() ? 0 : Double.parseDouble(text.strip())
          : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** What JavaScript makes of a value where it needs a string. */
  static String text(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    } else if (value instanceof List<?> list) {
      return list.stream()
          .map(each -> each == null || each == UNDEFINED ? "" : text(each))
          .collect(Collectors.joining(","));
    } else if (value instanceof Map || value instanceof TypedArray) {
      return "[object Object]";
    }
    return String.valueOf(value);
  }

  private static int index(Object value) {
    return (int) number(value);
  }

  @SuppressWarnings("unchecked") // made here or copied, to be of any values
  private static List<Object> mutable(List<?> list) {
    return (List<Object>) list;
  }

  @SuppressWarnings("unchecked") // likewise
  private static Map<String, Object> mutable(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  private static String shown(Object value) {
    return value == null
            || value == UNDEFINED
            || value instanceof Constructor
            || value instanceof Special
        ? String.valueOf(value)
        : "a " + typeOf(value);
  }

  private HostFault lacks(String what) {
    return new HostFault(
        "it asks JavaScript for %s by emscripten::val, and this host has no JavaScript%s"
            .formatted(
                what, unknown.isEmpty() ? "" : "; the last name that it looked up was " + unknown));
  }

  /** A value of Java as one that a guest may hold. */
  static Object fromJava(Object value) {
    if (value instanceof byte[] bytes) {
      return TypedArray.of(TypedArray.Kind.UINT8, bytes.clone());
    } else if (value instanceof List<?> list) {
      return list.stream()
          .map(GlobalScope::fromJava)
          .collect(Collectors.toCollection(ArrayList::new));
    } else if (value instanceof Map<?, ?> map) {
      var copy = new LinkedHashMap<String, Object>();
      map.forEach((key, each) -> copy.put(String.valueOf(key), fromJava(each)));
      return copy;
    }
    return value;
  }

  /** A value as Java has it: null for undefined, arrays of numbers for typed ones. */
  static Object toJava(Object value) {
    if (value == UNDEFINED) {
      return null;
    } else if (value instanceof TypedArray array) {
      return array.toJava();
    } else if (value instanceof List<?> list) {
      return list.stream()
          .map(GlobalScope::toJava)
          .collect(Collectors.toCollection(ArrayList::new));
    } else if (value instanceof Map<?, ?> map) {
      var copy = new LinkedHashMap<String, Object>();
      map.forEach((key, each) -> copy.put(String.valueOf(key), toJava(each)));
      return copy;
    }
    return value instanceof Constructor || value instanceof Special ? value.toString() : value;
  }
}
