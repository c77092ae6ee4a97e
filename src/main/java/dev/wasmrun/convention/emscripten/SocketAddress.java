package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * C's {@code struct sockaddr_in} and {@code sockaddr_in6}.
 *
 * <pre>
 *   both    0 family: i16   2 port: i16, the high byte first
 *   in      4 address: 4 bytes                                                16 bytes
 *   in6     4 flow: i32   8 address: 16 bytes   24 scope: i32                 28 bytes
 * </pre>
 *
 * @param bytes the address, 4 or 16 bytes
 */
record SocketAddress(byte[] bytes, int port) {
  static final int INET = 2;
  private static final int INET6 = 10;

  private static final int PORT = 2;
  private static final int ADDRESS = 4;
  private static final int ADDRESS6 = 8;
  private static final int SIZE = 16;
  private static final int SIZE6 = 28;
  private static final int BYTES = 4;
  private static final int BYTES6 = 16;

  /** What looks like an address; Java asks the network about anything else. */
  private static final Pattern DIGITS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

  static boolean isFamily(int family) {
    return family == INET || family == INET6;
  }

  /**
   * This machine's own address, or, for a server, all that it has.
   *
   * @param family {@link #INET}, its successor, or 0 for either
   */
  static SocketAddress own(int family, boolean all, int port) {
    byte[] bytes = new byte[family == INET6 ? BYTES6 : BYTES];
    if (!all) {
      bytes[0] = (byte) (family == INET6 ? 0 : 127);
      bytes[bytes.length - 1] = 1;
    }
    return new SocketAddress(bytes, port);
  }

  /** The address of a name, so far as nobody has to be asked. */
  static Optional<SocketAddress> find(String name, int family, int port) {
    if (name.equalsIgnoreCase("localhost") || name.equalsIgnoreCase("localhost.")) {
      return Optional.of(own(family, false, port));
    }
    if (!DIGITS.matcher(name).matches()) {
      return Optional.empty();
    }
    try {
      var found = new SocketAddress(InetAddress.getByName(name).getAddress(), port);
      return Optional.of(found).filter(address -> family == 0 || address.family() == family);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** What a program has at an address; empty if it is of another family, or too short. */
  static Optional<SocketAddress> read(LinearMemory memory, int at, int length) {
    int family = length < SIZE ? 0 : memory.getShort(at);
    if (!isFamily(family) || family == INET6 && length < SIZE6) {
      return Optional.empty();
    }
    byte[] bytes = new byte[family == INET6 ? BYTES6 : BYTES];
    memory.read(at + (family == INET6 ? ADDRESS6 : ADDRESS), bytes, 0, bytes.length);
    int port = Short.toUnsignedInt(Short.reverseBytes(memory.getShort(at + PORT)));
    return Optional.of(new SocketAddress(bytes, port));
  }

  int family() {
    return bytes.length == BYTES ? INET : INET6;
  }

  /** In bytes. */
  int length() {
    return family() == INET ? SIZE : SIZE6;
  }

  void write(LinearMemory memory, int at) {
    memory.fill(at, (byte) 0, length());
    memory.setShort(at, (short) family());
    memory.setShort(at + PORT, Short.reverseBytes((short) port));
    memory.write(at + (family() == INET ? ADDRESS : ADDRESS6), bytes, 0, bytes.length);
  }

  /** The address as it is written. */
  String digits() {
    try {
      String digits = InetAddress.getByAddress(bytes).getHostAddress();
      return family() == INET ? digits : digits.replaceFirst("(^|:)(0(:|$)){2,}", "::");
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
