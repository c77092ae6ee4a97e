package dev.wasmrun.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The arguments of a call as a request states them: {@code ?args=2,3}, or {@code {"args": [2, 3]}}
 * as the body of a POST.
 */
final class Arguments {
  private static final String NAME = "args";
  private static final Pattern JSON_TYPE =
      Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

  private Arguments() {}

  /**
   * Reads the arguments, as text.
   *
   * @param maxBody the most bytes of body to read
   * @throws BadRequest if the request does not state them as it should
   * @throws IOException if the client cannot be read from
   */
  static List<String> of(HttpExchange exchange, int maxBody) throws IOException {
    var args = new ArrayList<String>();
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null && !query.isEmpty()) {
      for (String parameter : query.split("&")) {
        args.addAll(ofParameter(parameter));
      }
    }
    if (exchange.getRequestMethod().equals("POST")) {
      requireJson(exchange.getRequestHeaders().getFirst("Content-Type"));
    }
    byte[] body = body(exchange, maxBody);
    if (body.length > maxBody) {
      throw new BadRequest(
          Reply.TOO_LARGE, "the body is longer than %s bytes, the limit".formatted(maxBody));
    }
    if (body.length > 0) {
      args.addAll(ofBody(body));
    }
    return args;
  }

  private static byte[] body(HttpExchange exchange, int maxBody) throws IOException {
    try {
      return exchange.getRequestBody().readNBytes(maxBody + 1);
    } catch (RuntimeException e) {
      // The JDK's server takes the size of a chunk for a number that is not negative.
      throw new BadRequest(Reply.BAD_REQUEST, "the body is not well framed: " + e);
    }
  }

  /** No page of another site can send JSON without asking first. */
  private static void requireJson(String type) {
    if (type == null || !JSON_TYPE.matcher(type).matches()) {
      throw new BadRequest(
          Reply.UNSUPPORTED_TYPE,
          "a POST needs Content-Type: application/json, got %s"
              .formatted(type == null ? "none" : type));
    }
  }

  private static List<String> ofParameter(String parameter) {
    int at = parameter.indexOf('=');
    String name = decode(at < 0 ? parameter : parameter.substring(0, at));
    if (!name.equals(NAME)) {
      throw new BadRequest(
          Reply.BAD_REQUEST, "unknown parameter '%s'; there is only %s".formatted(name, NAME));
    }
    String value = at < 0 ? "" : decode(parameter.substring(at + 1));
    return value.isEmpty() ? List.of() : List.of(value.split(",", -1));
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequest(Reply.BAD_REQUEST, "'%s' is not well encoded".formatted(text));
    }
  }

  private static List<String> ofBody(byte[] body) {
    Object parsed;
    try (JsonParser parser = JSON.std.createParser(body)) {
      parsed = JSON.std.anyFrom(parser);
      if (parser.nextToken() != null) {
        throw new BadRequest(Reply.BAD_REQUEST, "there is something behind the body's JSON");
      }
    } catch (IOException e) {
      throw new BadRequest(Reply.BAD_REQUEST, "the body is not JSON: " + firstLine(e));
    }
    if (parsed instanceof Map<?, ?> object
        && object.size() == 1
        && object.get(NAME) instanceof List<?> values
        && values.stream().allMatch(v -> v instanceof Number || v instanceof String)) {
      return values.stream().map(Object::toString).toList();
    }
    throw new BadRequest(
        Reply.BAD_REQUEST,
        "the body is not of the form {\"args\": [2, \"3\"]}, with numbers or texts in it");
  }

  private static String firstLine(IOException e) {
    return e.getMessage().lines().findFirst().orElse("malformed");
  }
}
