package dev.wasmrun.serve;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a request comes from, as far as a browser tells. A page of somebody else's must not call
 * exports with the rights of whoever looks at it: neither directly, which its origin gives away,
 * nor by a name of its own that it lets stand for this machine, which the host gives away.
 *
 * @param hosts names by which this server is called, beside localhost and addresses
 */
record RequestOrigin(Set<String> hosts) {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.%]+\\]");
  private static final List<String> OWN_SITES = List.of("same-origin", "none");

  /** Keeps a copy, in small letters. */
  RequestOrigin {
    hosts =
        Set.copyOf(hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).distinct().toList());
  }

  /**
   * Checks the headers of a request.
   *
   * @throws BadRequest if it comes from elsewhere
   */
  void check(Headers headers) {
    String host = headers.getFirst("Host");
    if (host != null && !isOwn(host)) {
      throw new BadRequest(
          Reply.FORBIDDEN, "this server is not called %s; --allow-host lets it be".formatted(host));
    }
    String origin = headers.getFirst("Origin");
    if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
      throw new BadRequest(
          Reply.FORBIDDEN, "pages of %s may not use this server".formatted(origin));
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null && !OWN_SITES.contains(site)) {
      throw new BadRequest(Reply.FORBIDDEN, "pages of another site may not use this server");
    }
  }

  /** Whether a host, with a port or without, can only be this server. */
  private boolean isOwn(String host) {
    try {
      String name = new URI("http://" + host).getHost();
      return name != null
          && (ADDRESS.matcher(name).matches()
              || name.equalsIgnoreCase("localhost")
              || hosts.contains(name.toLowerCase(Locale.ROOT)));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
