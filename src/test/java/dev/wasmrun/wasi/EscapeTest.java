package dev.wasmrun.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attempts to leave a granted directory, and to misuse descriptors, each in a tree of its own: what
 * is outside stays as it is and unread, and no link leads out for anybody.
 *
 * <pre>
 *   outside   secret, dir, link
 *   inside    a/b/file, d, and where it is asked for fifo
 *             abs → OUTSIDE     abs-file → OUTSIDE/secret   dangling → ../outside/new
 *             up → ..           up-file → ../outside/secret
 *             zig → a/../../outside      deep → a/b/../../../outside/secret
 *             chain → chain1 → chain2 → up-file     self → self     one → two → one
 *             root → /      proc → /proc/self/fd    null → /dev/null
 *             inner → a/b/file      many → many1 → … → many41 → a/b/file
 * </pre>
 *
 * <p>A step is {@code open PATH FLAGS} (w write, c create, x exclusive, t truncate, d directory, n
 * no link), {@code in PATH} (opens a directory, where the paths after it begin), another operation
 * with its paths, {@code read}, {@code write}, or {@code call} with a function of WASI and its
 * numbers. {@code $} is what was opened last.
 */
@Timeout(60)
final class EscapeTest {
  private static final String SECRET = "the secret outside";
  private static final Pattern REPEATED = Pattern.compile("(long|climb)\\((\\d+)\\)");

  @TempDir Path temporary;

  /** An attempt and the answer to its last step. */
  record Attempt(List<String> steps, Errno answer) {
    static Attempt of(String line) {
      String[] parts = line.split(" => ");
      return new Attempt(
          Stream.of(parts[0].split(";")).map(String::strip).toList(),
          Errno.valueOf(parts[1].strip()));
    }

    @Override
    public String toString() {
      return String.join("; ", steps);
    }
  }

  static List<Attempt> attempts() throws IOException {
    try (var lines = Files.lines(Path.of("src/test/resources/wasi/attempts.txt"))) {
      return lines.filter(line -> line.contains(" => ")).map(Attempt::of).toList();
    }
  }

  @Test
  void thereAreManyAttempts() throws IOException {
    assertTrue(attempts().size() > 100, "only " + attempts().size());
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void anAttemptIsAnsweredAndDoesNoHarm(Attempt attempt) throws Exception {
    Path inside = Files.createDirectory(temporary.resolve("inside"));
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    build(inside, outside);
    if (attempt.toString().contains("fifo")) {
      String fifo = inside.resolve("fifo").toString();
      assumeTrue(new ProcessBuilder("mkfifo", fifo).start().waitFor() == 0);
    }
    Map<Path, String> before = tree(outside);
    List<Path> links = links(inside);
    try (var guest = WasiCaller.granted(inside)) {
      var user = new User(guest);
      for (String step : attempt.steps()) {
        boolean last = step == attempt.steps().get(attempt.steps().size() - 1);
        assertEquals(last ? attempt.answer() : Errno.SUCCESS, user.take(step), step);
      }
      byte[] memory = new byte[(int) guest.memory.byteSize()];
      guest.memory.read(0, memory, 0, memory.length);
      assertFalse(new String(memory, StandardCharsets.ISO_8859_1).contains(SECRET));
    }
    assertEquals(before, tree(outside));
    for (Path link : links(inside)) {
      assertTrue(links.contains(link) || staysIn(inside, link), () -> link + " leads out");
    }
  }

  private static void build(Path inside, Path outside) throws IOException {
    Files.writeString(outside.resolve("secret"), SECRET);
    Files.createDirectory(outside.resolve("dir"));
    Files.createSymbolicLink(outside.resolve("link"), Path.of("secret"));
    Files.createDirectories(inside.resolve("a/b"));
    Files.createDirectory(inside.resolve("d"));
    Files.writeString(inside.resolve("a/b/file"), "contents");
    var targets = new TreeMap<String, String>();
    targets.putAll(Map.of("abs", outside.toString(), "abs-file", outside + "/secret"));
    targets.putAll(Map.of("up", "..", "up-file", "../outside/secret"));
    targets.putAll(Map.of("zig", "a/../../outside", "deep", "a/b/../../../outside/secret"));
    targets.putAll(Map.of("chain", "chain1", "chain1", "chain2", "chain2", "up-file"));
    targets.putAll(Map.of("self", "self", "one", "two", "two", "one"));
    targets.putAll(Map.of("root", "/", "proc", "/proc/self/fd", "null", "/dev/null"));
    targets.putAll(Map.of("inner", "a/b/file", "dangling", "../outside/new", "many", "many1"));
    for (int i = 1; i < 42; i++) {
      targets.put("many" + i, i == 41 ? "a/b/file" : "many" + (i + 1));
    }
    for (var link : targets.entrySet()) {
      Files.createSymbolicLink(inside.resolve(link.getKey()), Path.of(link.getValue()));
    }
  }

  /** A guest that takes one step after the other. */
  private final class User {
    private final WasiCaller guest;
    private int base = WasiCaller.GRANT;
    private int opened;

    User(WasiCaller guest) {
      this.guest = guest;
    }

    Errno take(String step) {
      String[] words = Stream.of(step.split(" +")).map(this::word).toArray(String[]::new);
      String flags = words.length > 2 ? words[2] : "";
      return switch (words[0]) {
        case "open" -> open(words[1], flags);
        case "in" -> {
          Errno errno = open(words[1], "d");
          base = opened;
          yield errno;
        }
        case "base" -> {
          base = Integer.parseInt(words[1]);
          yield Errno.SUCCESS;
        }
        case "path" -> {
          put(0, words[1]);
          yield Errno.SUCCESS;
        }
        case "vector" -> {
          guest.vector(0, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
          yield Errno.SUCCESS;
        }
        case "read" -> guest.read(Integer.parseInt(words[1]), 100);
        case "write" -> guest.write(Integer.parseInt(words[1]), "text");
        case "call" ->
            guest.call(words[1], Stream.of(words).skip(2).mapToLong(Long::parseLong).toArray());
        default -> onPaths(words);
      };
    }

    private String word(String written) {
      String word =
          REPEATED
              .matcher(written.replace("$", Integer.toString(opened)).replace("\\0", "\0"))
              .replaceAll(
                  found ->
                      (found.group(1).equals("long") ? "x" : "../")
                          .repeat(Integer.parseInt(found.group(2))));
      return word.replace("OUTSIDE", temporary + "/outside")
          .replace("INSIDE", temporary + "/inside");
    }

    private Errno open(String path, String flags) {
      int openFlags =
          (flags.contains("c") ? WasiCaller.CREATE : 0)
              | (flags.contains("d") ? WasiCaller.DIRECTORY : 0)
              | (flags.contains("x") ? WasiCaller.EXCLUSIVE : 0)
              | (flags.contains("t") ? WasiCaller.TRUNCATE : 0);
      long rights = flags.contains("w") ? WasiCaller.FILE_RIGHTS : WasiCaller.READ_RIGHTS;
      int at = put(0, path);
      Errno errno =
          guest.call(
              "path_open",
              base,
              flags.contains("n") ? 0 : 1,
              at,
              WasiCaller.bytes(path),
              openFlags,
              flags.contains("d") ? Right.OF_DIRECTORY : rights,
              Right.ALL,
              0,
              0);
      opened = errno == Errno.SUCCESS ? guest.opened() : opened;
      return errno;
    }

    private int put(int slot, String path) {
      int at = 1024 + slot * 8192;
      guest.memory.setUtf8(at, path);
      return at;
    }

    private Errno onPaths(String[] words) {
      int first = put(0, words[1]);
      int length = WasiCaller.bytes(words[1]);
      int second = words.length > 2 ? put(1, words[2]) : 0;
      int secondLength = words.length > 2 ? WasiCaller.bytes(words[2]) : 0;
      return switch (words[0]) {
        case "mkdir" -> guest.call("path_create_directory", base, first, length);
        case "rmdir" -> guest.call("path_remove_directory", base, first, length);
        case "unlink" -> guest.call("path_unlink_file", base, first, length);
        case "stat" -> guest.call("path_filestat_get", base, 1, first, length, 64);
        case "times" -> guest.call("path_filestat_set_times", base, 1, first, length, 0, 0, 4);
        case "readlink" -> guest.call("path_readlink", base, first, length, 16384, 256, 8);
        case "rename" -> guest.call("path_rename", base, first, length, base, second, secondLength);
        case "link", "linkfollow" -> {
          int follow = words[0].equals("link") ? 0 : 1;
          yield guest.call("path_link", base, follow, first, length, base, second, secondLength);
        }
        case "symlink" -> guest.call("path_symlink", first, length, base, second, secondLength);
        default -> throw new IllegalArgumentException(words[0]);
      };
    }
  }

  private static Map<Path, String> tree(Path root) throws IOException {
    var tree = new TreeMap<Path, String>();
    try (var all = Files.walk(root)) {
      for (Path path : all.toList()) {
        boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        tree.put(
            path,
            Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                + (file ? Files.readString(path) : ""));
      }
    }
    return tree;
  }

  private static List<Path> links(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      return all.filter(Files::isSymbolicLink).toList();
    }
  }

  /** Whether other programs, who follow a link from where it is now, stay in a directory. */
  private static boolean staysIn(Path root, Path link) throws IOException {
    Path target = link.getParent().resolve(Files.readSymbolicLink(link)).normalize();
    return target.startsWith(root)
        && (!Files.exists(link) || link.toRealPath().startsWith(root.toRealPath()));
  }
}
