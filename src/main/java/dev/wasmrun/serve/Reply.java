package dev.wasmrun.serve;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.pool.TaskTimeout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/**
 * What a client is told: a status code and a body, with its type.
 *
 * @param headers further headers of the response
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED_TYPE = 415;
  static final int FAILED = 500;
  static final int UNAVAILABLE = 503;
  static final int TIMED_OUT = 504;

  private static final String JSON_TYPE = "application/json";

  private static final Map<String, String> OF_PAGES =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; img-src data:; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff");

  static Reply json(int status, Map<String, Object> object) {
    return json(status, object, Map.of());
  }

  private static Reply json(int status, Map<String, Object> object, Map<String, String> headers) {
    try {
      byte[] body = (JSON.std.asString(object) + "\n").getBytes(StandardCharsets.UTF_8);
      return new Reply(status, JSON_TYPE, body, headers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that comes with this program, of a page that may load nothing from elsewhere. */
  static Reply resource(String name, String type) {
    try (InputStream in = Reply.class.getResourceAsStream("/serve/" + name)) {
      return new Reply(OK, type, in.readAllBytes(), OF_PAGES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reply text(String text) {
    return new Reply(
        OK,
        "text/plain; version=0.0.4; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8),
        Map.of());
  }

  static Reply error(int status, String reason) {
    return json(status, Map.of("error", reason));
  }

  static Reply methodNotAllowed(String allowed) {
    return json(METHOD_NOT_ALLOWED, Map.of("error", "use " + allowed), Map.of("Allow", allowed));
  }

  /** The server is there, but not for this request now. */
  static Reply unavailable(String reason) {
    return unavailable(Map.of("error", reason));
  }

  /** The same, with more to say than why. */
  static Reply unavailable(Map<String, Object> object) {
    return json(UNAVAILABLE, object, Map.of("Retry-After", "1"));
  }

  /** What a call returned: 64-bit integers as text, as many readers of JSON would round them. */
  static Reply returned(Returned returned) {
    return json(OK, Map.of("results", returned.values().stream().map(Reply::jsonNumber).toList()));
  }

  /** Whether what a call returns by these types has a form in JSON. */
  static boolean canTell(List<ValueType> results) {
    return !results.contains(ValueType.REF) && !results.contains(ValueType.V128);
  }

  private static Object jsonNumber(Number value) {
    return value instanceof Integer || Double.isFinite(value.doubleValue()) && !isLong(value)
        ? value
        : value.toString();
  }

  private static boolean isLong(Number value) {
    return value instanceof Long;
  }

  /** What became of a call that did not return. */
  static Reply failed(Throwable failure) {
    if (failure instanceof TaskTimeout timeout) {
      return json(TIMED_OUT, failure(timeout.getMessage(), timeout.backtrace()));
    }
    if (failure instanceof TimeoutException) {
      return unavailable("no worker was free in time");
    }
    if (failure instanceof CancellationException) {
      return unavailable("the server is stopping");
    }
    if (failure instanceof GuestExit exit) {
      var object = failure(exit.getMessage(), exit.backtrace());
      object.put("exitCode", exit.code());
      return json(FAILED, object);
    }
    if (failure instanceof GuestFailure guest) {
      String kind = guest instanceof Trap ? "trapped: " : "failed: ";
      return json(FAILED, failure(kind + guest.getMessage(), guest.backtrace()));
    }
    return json(FAILED, failure("failed: " + failure.getMessage(), List.of()));
  }

  private static Map<String, Object> failure(String message, List<String> backtrace) {
    var object = new LinkedHashMap<String, Object>();
    object.put("error", message);
    object.put("backtrace", backtrace);
    return object;
  }
}
