package dev.wasmrun.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that sends bytes as they are, whatever HTTP says. */
final class RawClient {
  private static final Duration ONLY_A_HANG_TAKES_SO_LONG = Duration.ofSeconds(60);

  private final InetSocketAddress server;

  RawClient(InetSocketAddress server) {
    this.server = server;
  }

  /** A connection that does not wait for ever. */
  Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    socket.setSoTimeout((int) ONLY_A_HANG_TAKES_SO_LONG.toMillis());
    return socket;
  }

  /** Sends parts, closes its half of the connection, and reads until the server closes, too. */
  String sendAndClose(String... parts) throws IOException {
    return exchange(true, parts);
  }

  /** Sends parts and reads until the server closes. */
  String send(String... parts) throws IOException {
    return exchange(false, parts);
  }

  private String exchange(boolean halfClosed, String... parts) throws IOException {
    try (Socket socket = connect()) {
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
      if (halfClosed) {
        socket.shutdownOutput();
      }
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return ""; // reset, as what was sent has not all been read
    }
  }
}
