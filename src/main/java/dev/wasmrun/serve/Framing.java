package dev.wasmrun.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether the headers of a request leave no doubt where it ends and whom it is for. Where two
 * programs on its way could read them differently, one takes for a request of its own what another
 * takes for the body of this one.
 */
final class Framing {
  private static final List<String> PROTOCOLS = List.of("HTTP/1.0", "HTTP/1.1");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private Framing() {}

  /**
   * Checks the headers of a request.
   *
   * @throws BadRequest if they are ambiguous; nothing behind the request is then read, and its
   *     connection closes
   */
  static void check(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    String fault =
        PROTOCOLS.contains(exchange.getProtocol())
            ? fault(headers)
            : "'%s' is not known here, only HTTP/1.1".formatted(exchange.getProtocol());
    if (fault != null) {
      exchange.getResponseHeaders().set("Connection", "close");
      throw new BadRequest(Reply.BAD_REQUEST, fault);
    }
  }

  /** What is wrong with them; null if nothing is. */
  private static String fault(Headers headers) {
    List<String> lengths = headers.getOrDefault("Content-Length", List.of());
    List<String> codings = headers.getOrDefault("Transfer-Encoding", List.of());
    if (headers.getOrDefault("Host", List.of()).size() > 1) {
      return "there is more than one Host";
    }
    if (lengths.size() > 1 || codings.size() > 1) {
      return "there is more than one Content-Length or Transfer-Encoding";
    }
    if (!lengths.isEmpty() && !codings.isEmpty()) {
      return "there are both Content-Length and Transfer-Encoding";
    }
    if (!lengths.isEmpty() && !LENGTH.matcher(lengths.get(0)).matches()) {
      return "Content-Length '%s' is no length".formatted(lengths.get(0));
    }
    if (!codings.isEmpty() && !codings.get(0).equalsIgnoreCase("chunked")) {
      return "Transfer-Encoding '%s' is not known here, only chunked".formatted(codings.get(0));
    }
    return null;
  }
}
