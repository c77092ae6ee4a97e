package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.module.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A call of an export, or of what is bound by embind, by the name that a user gives it:
 *
 * <pre>
 *   name                    an export; or a bound function
 *   Class.method            a bound static method
 *   NAME, Class.variable    a bound constant, a static variable, which an argument sets
 *   Class(arguments)#method a method of an object that is created first and deleted then; or a
 *                           property
 * </pre>
 */
final class Invocation {
  private static final Pattern METHOD = Pattern.compile("([\\w$]+)(?:\\((.*)\\))?#([\\w$]+)");

  /** How an argument begins that is the content of a file. */
  private static final String FILE = "@";

  private final Guest guest;
  private final Bindings bindings;

  Invocation(Guest guest, Bindings bindings) {
    this.guest = guest;
    this.bindings = bindings;
  }

  /**
   * Calls what a request names with its arguments, and tells its listener the result.
   *
   * @throws UsageException if there is no such thing, or the arguments do not suit it
   */
  void run(RunRequest request) {
    String name = request.invoke().orElseThrow();
    List<String> args = request.args();
    Signature signature = guest.module().exportedFunctions().get(name);
    Matcher method = METHOD.matcher(name);
    if (signature != null) {
      request.listener().returned(0, export(name, signature, args));
    } else if (method.matches()) {
      tell(request, method(method, args));
    } else if (bindings.hasFunction(name)) {
      tell(request, bindings.call(guest, name, values(args)));
    } else if (bindings.hasValue(name)) {
      tell(request, value(name, args));
    } else {
      throw unknown(name);
    }
  }

  private UsageException unknown(String name) {
    String what =
        bindings.isEmpty()
            ? "exports no function '%s'; it exports %s"
                .formatted(name, ShownNames.list(guest.module().exportedFunctions().keySet()))
            : "has nothing called '%s'; bound are %s"
                .formatted(name, ShownNames.list(bindings.described()));
    return new UsageException(guest.module().name() + " " + what);
  }

  private Returned export(String name, Signature signature, List<String> args) {
    if (args.size() != signature.params().size()) {
      throw new UsageException(
          "%s takes %s arguments, got %s: it is %s"
              .formatted(name, signature.params().size(), args.size(), signature));
    }
    var values = new long[args.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Values.parse(signature.params().get(i), args.get(i));
    }
    return new Returned(name, signature, guest.call(name, values));
  }

  private Object method(Matcher method, List<String> args) {
    String given = method.group(2);
    Stream<String> texts =
        given == null || given.isBlank() ? Stream.empty() : Stream.of(given.split(","));
    Object created =
        bindings.create(guest, method.group(1), values(texts.map(String::strip).toList()));
    try (var object = (BoundObject) created) {
      String member = method.group(3);
      if (!object.hasProperty(member)) {
        return object.call(member, values(args));
      } else if (!args.isEmpty()) {
        object.set(member, only(member, args));
      }
      return object.get(member);
    }
  }

  /** The value of a constant or a static variable, after an argument has set it. */
  private Object value(String name, List<String> args) {
    if (!args.isEmpty()) {
      bindings.setValue(guest, name, only(name, args));
    }
    return bindings.value(guest, name);
  }

  private static Object only(String name, List<String> args) {
    if (args.size() > 1) {
      throw new UsageException("%s takes one value, got %s".formatted(name, args.size()));
    }
    return value(args.get(0));
  }

  private static Object[] values(List<String> args) {
    return args.stream().map(Invocation::value).toArray();
  }

  private static Object value(String arg) {
    if (!arg.startsWith(FILE)) {
      return arg;
    }
    try {
      return Files.readAllBytes(Path.of(arg.substring(1)));
    } catch (IOException e) {
      throw new UsageException("cannot read %s: %s".formatted(arg.substring(1), e.getMessage()));
    }
  }

  private static String text(Object result) {
    if (result instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    } else if (result instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (result instanceof List<?> list) {
      return list.stream().map(Invocation::text).collect(Collectors.joining(", ", "[", "]"));
    } else if (result instanceof float[] numbers) {
      return Arrays.toString(numbers);
    } else if (result instanceof double[] numbers) {
      return Arrays.toString(numbers);
    } else if (result instanceof short[] numbers) {
      return Arrays.toString(numbers);
    } else if (result instanceof int[] numbers) {
      return Arrays.toString(numbers);
    } else if (result instanceof long[] numbers) {
      return Arrays.toString(numbers);
    }
    return String.valueOf(result);
  }

  /** Nothing is told of nothing; bytes that are no text are told in hexadecimal. */
  private static void tell(RunRequest request, Object result) {
    if (result != null) {
      request.listener().printed(text(result) + "\n");
    }
    if (result instanceof BoundObject object) {
      object.close();
    }
  }
}
