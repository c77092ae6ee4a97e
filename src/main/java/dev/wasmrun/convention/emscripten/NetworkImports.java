package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The imports of networks. There is none: a socket is refused, and a notice says so once. Names are
 * found as far as nobody has to be asked: {@code localhost}, and addresses.
 *
 * <pre>
 *   struct addrinfo   0 flags  4 family  8 socktype  12 protocol  16 addrlen  20 addr: ptr
 *                     24 canonname: ptr  28 next: ptr                              32 bytes
 *   struct hostent    0 name: ptr  4 aliases: ptr  8 addrtype  12 length
 *                     16 addresses: ptr                                            20 bytes
 * </pre>
 */
final class NetworkImports {
  private static final String[] CALLS = {
    "socket",
    "socketpair",
    "bind",
    "connect",
    "listen",
    "accept4",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "shutdown"
  };

  private static final int ADDRINFO_SIZE = 32;
  private static final int FLAGS = 0;
  private static final int FAMILY = 4;
  private static final int SOCKET_TYPE = 8;
  private static final int PROTOCOL = 12;
  private static final int ADDRESS_LENGTH = 16;
  private static final int ADDRESS = 20;

  private static final int HOSTENT_SIZE = 20;
  private static final int ALIASES = 4;
  private static final int ADDRESS_TYPE = 8;
  private static final int LENGTH = 12;
  private static final int ADDRESSES = 16;

  private static final int PASSIVE = 1;
  private static final int CANONICAL_NAME = 2;
  private static final int STREAM = 1;
  private static final int DATAGRAM = 2;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private static final int NONAME = -2;
  private static final int BADFLAGS = -1;
  private static final int SERVICE = -8;
  private static final int MEMORY = -10;
  private static final int FAMILY_UNKNOWN = -6;
  private static final int OVERFLOW = -12;
  private static final int SOCKTYPE = -7;
  private static final int HOST_NOT_FOUND = 1;

  private final Consumer<String> notices;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * Creates the imports.
   *
   * @param notices are told once that there is no network
   */
  NetworkImports(Consumer<String> notices) {
    this.notices = notices;
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    for (String call : CALLS) {
      SystemCall.define(calls, call, 0, (m, a) -> refused(call));
    }
    calls.put("getaddrinfo", new Import(4, this::find));
    calls.put("getnameinfo", new Import(7, NetworkImports::name));
    calls.put("gethostbyname", new Import(1, NetworkImports::host));
    calls.put("gethostbyname_r", new Import(6, (caller, args) -> HOST_NOT_FOUND));
    calls.put("gethostbyaddr", new Import(3, (caller, args) -> 0));
    for (String table : new String[] {"getprotobyname", "getprotobynumber", "getprotoent"}) {
      calls.put(table, new Import(0, (caller, args) -> 0));
    }
    calls.put("setprotoent", Import.nothing());
    calls.put("endprotoent", Import.nothing());
    return calls;
  }

  private int refused(String call) {
    if (told.compareAndSet(false, true)) {
      notices.accept(
          "it called %s: a guest has no network, and gets EACCES (permission denied)"
              .formatted(call));
    }
    return -Errno.ACCES.code();
  }

  /** {@code getaddrinfo}: one address for a name; 0, or a negative error. */
  private long find(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    int hints = (int) args[2];
    int flags = hints == 0 ? 0 : memory.getInt(hints + FLAGS);
    int family = hints == 0 ? 0 : memory.getInt(hints + FAMILY);
    int type = hints == 0 ? 0 : memory.getInt(hints + SOCKET_TYPE);
    if (args[0] == 0 && (args[1] == 0 || (flags & CANONICAL_NAME) != 0)) {
      return args[1] == 0 ? NONAME : BADFLAGS;
    }
    if (type != 0 && type != STREAM && type != DATAGRAM) {
      return SOCKTYPE;
    }
    if (family != 0 && !SocketAddress.isFamily(family)) {
      return FAMILY_UNKNOWN;
    }
    Optional<Integer> port =
        args[1] == 0 ? Optional.of(0) : port(EndImports.text(memory, (int) args[1]));
    if (port.isEmpty()) {
      return SERVICE;
    }
    Optional<SocketAddress> address =
        args[0] == 0
            ? Optional.of(SocketAddress.own(family, (flags & PASSIVE) != 0, port.get()))
            : SocketAddress.find(EndImports.text(memory, (int) args[0]), family, port.get());
    return address.map(found -> answer(caller, found, hints, type, (int) args[3])).orElse(NONAME);
  }

  private static Optional<Integer> port(String service) {
    return service.matches("\\d{1,5}") ? Optional.of(Integer.parseInt(service)) : Optional.empty();
  }

  private static int answer(Guest caller, SocketAddress found, int hints, int type, int into) {
    LinearMemory memory = caller.memory();
    int entry = allocate(caller, ADDRINFO_SIZE);
    int address = allocate(caller, found.length());
    if (entry == 0 || address == 0) {
      return MEMORY;
    }
    int kind = type == 0 ? STREAM : type;
    int asked = hints == 0 ? 0 : memory.getInt(hints + PROTOCOL);
    memory.fill(entry, (byte) 0, ADDRINFO_SIZE);
    memory.setInt(entry + FAMILY, found.family());
    memory.setInt(entry + SOCKET_TYPE, kind);
    memory.setInt(entry + PROTOCOL, asked != 0 ? asked : kind == STREAM ? TCP : UDP);
    memory.setInt(entry + ADDRESS_LENGTH, found.length());
    memory.setInt(entry + ADDRESS, address);
    found.write(memory, address);
    memory.setInt(into, entry);
    return 0;
  }

  private static int allocate(Guest caller, int bytes) {
    return (int) ExportCalls.required(caller, Names.MALLOC, bytes)[0];
  }

  /** {@code getnameinfo}: addresses as digits, for nobody knows their names. */
  private static long name(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    Optional<SocketAddress> address = SocketAddress.read(memory, (int) args[0], (int) args[1]);
    if (address.isEmpty()) {
      return FAMILY_UNKNOWN;
    }
    boolean fits =
        put(memory, (int) args[2], (int) args[3], address.get().digits())
            && put(memory, (int) args[4], (int) args[5], Integer.toString(address.get().port()));
    return fits ? 0 : OVERFLOW;
  }

  private static boolean put(LinearMemory memory, int at, int room, String text) {
    byte[] bytes = (text + '\0').getBytes(StandardCharsets.US_ASCII);
    if (at == 0 || room == 0) {
      return true;
    }
    if (Integer.compareUnsigned(bytes.length, room) > 0) {
      return false;
    }
    memory.write(at, bytes, 0, bytes.length);
    return true;
  }

  /** {@code gethostbyname}: the address of a structure that stays, or 0. */
  private static long host(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    String name = EndImports.text(memory, (int) args[0]);
    Optional<SocketAddress> found = SocketAddress.find(name, SocketAddress.INET, 0);
    if (found.isEmpty()) {
      return 0;
    }
    byte[] address = found.get().bytes();
    byte[] text = (name + '\0').getBytes(StandardCharsets.UTF_8);
    int entry = allocate(caller, HOSTENT_SIZE + 3 * Integer.BYTES + address.length + text.length);
    if (entry == 0) {
      return 0;
    }
    int pointers = entry + HOSTENT_SIZE;
    int addressAt = pointers + 3 * Integer.BYTES;
    memory.setInt(entry, addressAt + address.length);
    memory.setInt(entry + ALIASES, pointers + 2 * Integer.BYTES);
    memory.setInt(entry + ADDRESS_TYPE, SocketAddress.INET);
    memory.setInt(entry + LENGTH, address.length);
    memory.setInt(entry + ADDRESSES, pointers);
    memory.setInt(pointers, addressAt);
    memory.setInt(pointers + Integer.BYTES, 0);
    memory.setInt(pointers + 2 * Integer.BYTES, 0);
    memory.write(addressAt, address, 0, address.length);
    memory.write(addressAt + address.length, text, 0, text.length);
    return entry;
  }
}
