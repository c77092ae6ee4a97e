package dev.wasmrun.wasi;

import static dev.wasmrun.wasi.WasiCaller.CREATE;
import static dev.wasmrun.wasi.WasiCaller.DIRECTORY;
import static dev.wasmrun.wasi.WasiCaller.EXCLUSIVE;
import static dev.wasmrun.wasi.WasiCaller.FILE_RIGHTS;
import static dev.wasmrun.wasi.WasiCaller.GRANT;
import static dev.wasmrun.wasi.WasiCaller.READ_RIGHTS;
import static dev.wasmrun.wasi.WasiCaller.TRUNCATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.guest.UsageException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A granted directory is a wall: what is in it can be used, what is not cannot be seen. */
final class GrantTest {
  private static final String SECRET = "the secret outside";

  @TempDir Path temporary;
  private Path inside;
  private Path outside;
  private WasiCaller guest;

  @BeforeEach
  void grant() throws IOException {
    inside = Files.createDirectory(temporary.resolve("inside"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("secret"), SECRET);
    Files.createDirectories(inside.resolve("a/b"));
    Files.writeString(inside.resolve("a/b/file"), "contents");
    guest = WasiCaller.granted(inside);
  }

  @AfterEach
  void close() {
    guest.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../outside/secret",
        "a/../../outside/secret",
        "a/b/../../../outside/secret",
        "./../outside/secret",
        "a/b/../b/./../../../inside/a",
        "/",
        "/etc/passwd",
        "//etc/passwd"
      })
  void noPathLeadsOut(String path) throws IOException {
    assertRefusedEverywhere(path, Errno.PERM);
  }

  @Test
  void theGrantsOwnAbsolutePathIsRefusedToo() throws IOException {
    assertRefusedEverywhere(inside.resolve("a/b/file").toString(), Errno.PERM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ABSOLUTE", "../outside", "a/../../outside", "a/b/../../../outside"})
  void noLinkLeadsOutInTheMiddleOfAPath(String target) throws IOException {
    Path to = target.equals("ABSOLUTE") ? outside : Path.of(target);
    Files.createSymbolicLink(inside.resolve("link"), to);
    assertRefusedEverywhere("link/secret", Errno.PERM);
    assertEquals(Errno.PERM, guest.open(GRANT, "link/", false, DIRECTORY, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ABSOLUTE", "../outside/secret", "a/../../outside/secret", "indirect"})
  void noLinkLeadsOutAtTheEndOfAPath(String target) throws IOException {
    Path secret = outside.resolve("secret");
    Files.createSymbolicLink(inside.resolve("indirect"), Path.of("../outside/secret"));
    Files.createSymbolicLink(
        inside.resolve("link"), target.equals("ABSOLUTE") ? secret : Path.of(target));
    assertEquals(Errno.PERM, guest.open("link"));
    assertEquals(Errno.PERM, guest.open(GRANT, "link", true, CREATE, FILE_RIGHTS, 0));
    assertEquals(Errno.PERM, guest.open(GRANT, "link", true, TRUNCATE, FILE_RIGHTS, 0));
    assertEquals(Errno.LOOP, guest.open(GRANT, "link", false, 0, FILE_RIGHTS, 0));
    assertEquals(Errno.EXIST, guest.open(GRANT, "link", false, CREATE | EXCLUSIVE, FILE_RIGHTS, 0));
    assertEquals(Errno.PERM, guest.stat("link", true));
    assertEquals(Errno.PERM, guest.hardLink("link", true, "hard"));
    assertEquals(SECRET, Files.readString(secret));
  }

  @Test
  void aLinkItselfCanBeSeenAndRemovedThoughItLeadsOut() throws IOException {
    Files.createSymbolicLink(inside.resolve("link"), outside.resolve("secret"));
    assertEquals(Errno.SUCCESS, guest.stat("link", false));
    assertEquals(FileType.SYMBOLIC_LINK.code(), guest.statType());
    assertEquals(Errno.SUCCESS, guest.two("path_rename", "link", "a/renamed"));
    assertEquals(Errno.SUCCESS, guest.onPath("path_unlink_file", "a/renamed"));
    assertEquals(SECRET, Files.readString(outside.resolve("secret")));
  }

  @Test
  void aGuestCannotCreateALinkThatLeadsOut() {
    assertEquals(Errno.PERM, guest.symlink("/etc", "link"));
    assertEquals(Errno.PERM, guest.symlink("../outside", "link"));
    assertEquals(Errno.PERM, guest.symlink("../../outside", "a/link"));
    assertFalse(Files.exists(inside.resolve("link"), LinkOption.NOFOLLOW_LINKS));
    assertEquals(Errno.SUCCESS, guest.symlink("../a/b", "a/link"));
    assertEquals(Errno.SUCCESS, guest.stat("a/link/file", true));
  }

  /** For other programs, which follow links by themselves; as do the steps of EscapeTest. */
  @Test
  void noLinkMovesUpSoFarThatItLeadsOut() throws IOException {
    Path link = Files.createSymbolicLink(inside.resolve("a/b/host"), Path.of("../../outside"));
    assertEquals(Errno.SUCCESS, guest.symlink("..", "a/up"));
    assertEquals(Errno.PERM, guest.two("path_rename", "a/up", "up"));
    assertEquals(Errno.PERM, guest.hardLink("a/b/host", false, "host"));
    assertEquals(Errno.PERM, guest.two("path_rename", "a/b", "b"));
    assertEquals(Errno.SUCCESS, guest.onPath("path_unlink_file", "a/b/host"));
    assertFalse(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    assertEquals(Errno.SUCCESS, guest.two("path_rename", "a/b", "b"));
  }

  /** Another program has moved the directory, and its descriptor has an old path. */
  @Test
  void aLinkIsJudgedByWhereItsDirectoryIsNow() throws IOException {
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "a/b", true, DIRECTORY, Right.OF_DIRECTORY, 0));
    int deep = guest.opened();
    Files.move(inside.resolve("a/b"), inside.resolve("b"));
    assertEquals(Errno.PERM, symlinkIn(deep, "../../outside", "link"));
    assertEquals(Errno.SUCCESS, symlinkIn(deep, "../a", "link"));
    Files.move(inside.resolve("b"), outside.resolve("b"));
    assertEquals(Errno.PERM, symlinkIn(deep, "file", "other"));
    Files.delete(outside.resolve("b/file"));
    Files.delete(outside.resolve("b/link"));
    Files.delete(outside.resolve("b"));
  }

  private Errno symlinkIn(int directory, String target, String path) {
    return guest.call(
        "path_symlink",
        guest.path(0, target),
        WasiCaller.bytes(target),
        directory,
        guest.path(1, path),
        WasiCaller.bytes(path));
  }

  @Test
  void aDirectoryThatIsMovedWhileOpenDoesNotLeadOut() {
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "a/b", true, DIRECTORY, Right.OF_DIRECTORY, 0));
    int deep = guest.opened();
    assertEquals(Errno.SUCCESS, guest.two("path_rename", "a/b", "c"));
    assertEquals(Errno.PERM, guest.open(deep, "../outside/secret", true, 0, READ_RIGHTS, 0));
    assertEquals(Errno.PERM, guest.open(deep, "..", true, DIRECTORY, 0, 0));
    assertEquals(Errno.SUCCESS, guest.open(deep, "file", true, 0, READ_RIGHTS, 0));
  }

  @Test
  void aDescriptorOfADirectoryFollowsItWhereItIsRenamed() {
    assertEquals(Errno.SUCCESS, guest.symlink("file", "a/b/link"));
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "a/b", true, DIRECTORY, Right.OF_DIRECTORY, 0));
    int deep = guest.opened();
    assertEquals(Errno.SUCCESS, guest.two("path_rename", "a", "z"));
    assertEquals(Errno.SUCCESS, guest.open(deep, "link", true, 0, READ_RIGHTS, 0));
  }

  @Test
  void linksWithinTheGrantAreFollowed() throws IOException {
    Files.createSymbolicLink(inside.resolve("a/link"), Path.of("../a/./b"));
    assertEquals(Errno.SUCCESS, guest.open("a/link/file"));
    assertEquals(Errno.SUCCESS, guest.read(guest.opened(), 100));
    assertEquals("contents", guest.text());
    assertEquals(Errno.SUCCESS, guest.readLink("a/link"));
    assertEquals("../a/./b", guest.linkRead());
    assertEquals(Errno.INVAL, guest.readLink("a/b"));
    assertEquals(Errno.SUCCESS, guest.open("a/b/../b/./file"));
    assertEquals(Errno.SUCCESS, guest.open("a//b///file"));
    assertEquals(Errno.NOTDIR, guest.open("a/b/file/"));
    assertEquals(Errno.NOTDIR, guest.open("a/b/file/x"));
  }

  @Test
  void aCircleOfLinksIsFoundOut() throws IOException {
    Files.createSymbolicLink(inside.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(inside.resolve("two"), Path.of("one"));
    assertEquals(Errno.LOOP, guest.open("one"));
    assertEquals(Errno.LOOP, guest.stat("one/x", false));
  }

  @Test
  void theJdksWordsForALinkThatItWasToldNotToFollowAreUnderstood() throws IOException {
    Path link = Files.createSymbolicLink(inside.resolve("link"), Path.of("a/b/file"));
    var refused =
        assertThrows(
            IOException.class, () -> Files.newByteChannel(link, LinkOption.NOFOLLOW_LINKS).close());
    assertEquals(Errno.LOOP, Errno.of(refused));
  }

  @Test
  void devicesPipesAndSocketsAreNotOpened() throws Exception {
    Path fifo = inside.resolve("fifo");
    assumeTrue(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0);
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(inside.resolve("socket")));
      for (String name : List.of("fifo", "socket")) {
        assertEquals(Errno.PERM, guest.open(name), name);
        assertEquals(Errno.PERM, guest.open(GRANT, name, true, CREATE, FILE_RIGHTS, 0), name);
        assertEquals(Errno.NOTDIR, guest.open(name + "/x"), name);
        assertEquals(Errno.PERM, setTimes(name), name);
        assertEquals(Errno.SUCCESS, guest.stat(name, true), name);
        assertEquals(FileType.UNKNOWN.code(), guest.statType(), name);
      }
    }
    try (var devices = WasiCaller.granted(Path.of("/dev"))) {
      for (String name : List.of("null", "zero", "tty", "random")) {
        assertEquals(Errno.PERM, devices.open(name), name);
        assertEquals(Errno.PERM, devices.open(GRANT, name, true, 0, FILE_RIGHTS, 0), name);
      }
    }
  }

  @Test
  void withoutAGrantThereIsNoFile() {
    try (var alone = WasiCaller.granted()) {
      assertEquals(Errno.BADF, alone.open("a"));
      assertEquals(Errno.BADF, alone.call("fd_prestat_get", GRANT, 0));
      assertEquals(Errno.NOTDIR, alone.open(0, "a", true, 0, READ_RIGHTS, 0));
    }
  }

  @Test
  void namesThatAreNoTextAreRefused() {
    guest.memory.setByte(guest.path(0, "a"), (byte) 0xff);
    assertEquals(Errno.ILSEQ, guest.call("path_unlink_file", GRANT, guest.address(1024), 1));
    assertEquals(Errno.INVAL, guest.open("a\0b"));
    assertEquals(Errno.NOENT, guest.open(""));
    assertEquals(Errno.FAULT, guest.call("path_unlink_file", GRANT, 0, -1));
    assertEquals(Errno.FAULT, guest.call("path_unlink_file", GRANT, -1, 5));
    assertEquals(Errno.NAMETOOLONG, guest.call("path_unlink_file", GRANT, 0, 100_000));
    assertEquals(Errno.NAMETOOLONG, guest.open("x".repeat(300)));
  }

  @Test
  void theWholeLifeOfADirectory() {
    assertEquals(Errno.SUCCESS, guest.onPath("path_create_directory", "new"));
    assertEquals(Errno.EXIST, guest.onPath("path_create_directory", "new"));
    assertEquals(Errno.EXIST, guest.onPath("path_create_directory", "."));
    assertEquals(Errno.NOENT, guest.onPath("path_create_directory", "none/new"));
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "new/file", true, CREATE, FILE_RIGHTS, 0));
    assertEquals(Errno.SUCCESS, guest.write(guest.opened(), "text"));
    assertEquals(Errno.SUCCESS, guest.hardLink("new/file", false, "new/second"));
    assertEquals(Errno.EXIST, guest.hardLink("new/file", false, "new/second"));
    assertEquals(Errno.SUCCESS, guest.symlink("file", "new/link"));
    assertEquals(Errno.EXIST, guest.symlink("file", "new/file"));
    assertEquals(Errno.EXIST, guest.symlink("file", "new/"));
    assertEquals(Errno.NOTDIR, guest.symlink("file", "new/file/"));
    assertEquals(Errno.NOENT, guest.symlink("file", "new/none/"));
    assertEquals(Errno.NOENT, guest.hardLink("new/file", false, "new/none/"));
    assertEquals(Errno.NOTEMPTY, guest.two("path_rename", "a/b", "new"));
    assertEquals(Errno.NOTEMPTY, guest.onPath("path_remove_directory", "new"));
    assertEquals(Errno.ISDIR, guest.onPath("path_unlink_file", "new"));
    assertEquals(Errno.NOTDIR, guest.onPath("path_remove_directory", "new/file"));
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "new", true, DIRECTORY, Right.OF_DIRECTORY, 0));
    int open = guest.opened();
    List<String> names = List.of(".", "..", "file", "link", "second");
    assertEquals(names, guest.list(open, 4096));
    assertEquals(names, guest.list(open, 40));
    for (String name : List.of("file", "link", "second")) {
      assertEquals(Errno.SUCCESS, guest.onPath("path_unlink_file", "new/" + name));
    }
    assertEquals(Errno.SUCCESS, guest.onPath("path_remove_directory", "new"));
    assertEquals(Errno.NOENT, guest.stat("new", true));
    assertEquals(List.of(".", "..", "a"), listRoot());
  }

  @Test
  void openingKeepsToItsFlags() throws IOException {
    assertEquals(Errno.NOENT, guest.open("none"));
    assertEquals(Errno.NOTDIR, guest.open(GRANT, "a/b/file", true, DIRECTORY, 0, 0));
    assertEquals(Errno.ISDIR, guest.open(GRANT, "a", true, 0, FILE_RIGHTS, 0));
    assertEquals(
        Errno.EXIST, guest.open(GRANT, "a/b/file", true, CREATE | EXCLUSIVE, FILE_RIGHTS, 0));
    assertEquals(Errno.INVAL, guest.open(GRANT, "x", true, CREATE | DIRECTORY, FILE_RIGHTS, 0));
    assertEquals(Errno.ISDIR, guest.open(GRANT, "x/", true, CREATE, FILE_RIGHTS, 0));
    assertEquals(Errno.INVAL, guest.open(GRANT, "x", true, 16, FILE_RIGHTS, 0));
    assertEquals(Errno.ISDIR, guest.open(GRANT, "a", true, DIRECTORY, FILE_RIGHTS, 0));
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "a/b/file", true, TRUNCATE, FILE_RIGHTS, 0));
    assertEquals(0, Files.size(inside.resolve("a/b/file")));
    Files.createSymbolicLink(inside.resolve("dangling"), Path.of("a/made"));
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "dangling", true, CREATE, FILE_RIGHTS, 0));
    assertTrue(Files.exists(inside.resolve("a/made")));
  }

  @Test
  void rightsOnlyShrink() {
    assertEquals(Errno.SUCCESS, guest.open("a/b/file"));
    int file = guest.opened();
    assertEquals(Errno.NOTCAPABLE, guest.write(file, "x"));
    assertEquals(Errno.NOTCAPABLE, guest.call("fd_fdstat_set_rights", file, Right.OF_FILE, 0));
    assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_set_rights", file, 0, 0));
    assertEquals(Errno.NOTCAPABLE, guest.read(file, 1));
    long noWriting = Right.ALL & ~Right.WRITING;
    assertEquals(
        Errno.SUCCESS, guest.call("fd_fdstat_set_rights", GRANT, Right.OF_DIRECTORY, noWriting));
    assertEquals(Errno.NOTCAPABLE, guest.open(GRANT, "x", true, CREATE, FILE_RIGHTS, 0));
    assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_set_rights", GRANT, 0, 0));
    assertEquals(Errno.NOTCAPABLE, guest.open("a/b/file"));
    assertEquals(Errno.NOTCAPABLE, guest.stat("a", true));
    assertEquals(Errno.NOTCAPABLE, guest.onPath("path_create_directory", "d"));
    assertEquals(Errno.NOTCAPABLE, guest.symlink("a", "d"));
  }

  @Test
  void aGrantWithinAGrantIsAWallOfItsOwn() throws IOException {
    try (var two = WasiCaller.granted(inside, inside.resolve("a"))) {
      int inner = GRANT + 1;
      assertEquals(Errno.PERM, two.open(inner, "../a/b/file", true, 0, READ_RIGHTS, 0));
      assertEquals(Errno.SUCCESS, two.open(inner, "b/file", true, 0, READ_RIGHTS, 0));
      // The guest takes the inner grant's name away and puts a link there.
      assertEquals(Errno.SUCCESS, two.two("path_rename", "a", "moved"));
      Files.createSymbolicLink(inside.resolve("a"), outside);
      assertEquals(Errno.SUCCESS, two.call("path_create_directory", inner, two.path(0, "made"), 4));
      assertTrue(Files.isDirectory(inside.resolve("moved/made")));
      assertEquals(Errno.NOENT, two.open(inner, "secret", true, 0, READ_RIGHTS, 0));
    }
    try (var listing = Files.list(outside)) {
      assertEquals(1, listing.count());
    }
  }

  @Test
  void timesAreSetAndTold() throws IOException {
    assertEquals(Errno.SUCCESS, setTimes("a/b/file"));
    assertEquals(5, Files.getLastModifiedTime(inside.resolve("a/b/file")).toMillis());
    assertEquals(Errno.SUCCESS, guest.open(GRANT, "a/b/file", true, 0, FILE_RIGHTS, 0));
    int file = guest.opened();
    assertEquals(Errno.SUCCESS, guest.call("fd_filestat_set_times", file, 0, 7_000_000, 4));
    assertEquals(Errno.SUCCESS, guest.two("path_rename", "a", "renamed"));
    assertEquals(Errno.SUCCESS, guest.call("fd_filestat_get", file, guest.address(64)));
    assertEquals(7_000_000, guest.memory.getLong(guest.address(64) + WasiLayout.FILESTAT_MODIFIED));
    assertEquals(Errno.INVAL, guest.call("fd_filestat_set_times", file, 0, 0, 12));
    assertEquals(Errno.SUCCESS, guest.onPath("path_unlink_file", "renamed/b/file"));
    assertEquals(Errno.SUCCESS, guest.call("fd_filestat_get", file, guest.address(64)));
    assertEquals(8, guest.statSize());
  }

  @Test
  void whatCannotBeGrantedIsNamed() {
    var none =
        assertThrows(UsageException.class, () -> WasiCaller.granted(temporary.resolve("nowhere")));
    assertTrue(none.getMessage().contains("nowhere: there is none"), none::getMessage);
    assertThrows(UsageException.class, () -> WasiCaller.granted(outside.resolve("secret")));
    assertEquals("/data", DirectoryGrant.parse("/tmp/x::/data").guest());
    assertEquals("x", DirectoryGrant.parse("x").guest());
    assertThrows(IllegalArgumentException.class, () -> DirectoryGrant.parse("x::"));
    assertThrows(IllegalArgumentException.class, () -> DirectoryGrant.parse("::y"));
  }

  private Errno setTimes(String path) {
    return guest.call(
        "path_filestat_set_times",
        GRANT,
        1,
        guest.path(0, path),
        WasiCaller.bytes(path),
        0,
        5_000_000,
        4);
  }

  private List<String> listRoot() {
    assertEquals(Errno.SUCCESS, guest.open(GRANT, ".", true, DIRECTORY, Right.OF_DIRECTORY, 0));
    return guest.list(guest.opened(), 4096);
  }

  /** Tries every function that takes a path on one that must not be reached. */
  private void assertRefusedEverywhere(String path, Errno expected) throws IOException {
    assertEquals(expected, guest.open(path));
    assertEquals(expected, guest.open(GRANT, path, true, CREATE, FILE_RIGHTS, 0));
    assertEquals(expected, guest.open(GRANT, path, false, DIRECTORY, 0, 0));
    assertEquals(expected, guest.open(GRANT, path, true, CREATE | TRUNCATE, FILE_RIGHTS, 0));
    assertEquals(expected, guest.stat(path, true));
    assertEquals(expected, guest.stat(path, false));
    assertEquals(expected, setTimes(path));
    assertEquals(expected, guest.onPath("path_create_directory", path));
    assertEquals(expected, guest.onPath("path_remove_directory", path));
    assertEquals(expected, guest.onPath("path_unlink_file", path));
    assertEquals(expected, guest.readLink(path));
    assertEquals(expected, guest.symlink("a", path));
    assertEquals(expected, guest.two("path_rename", path, "stolen"));
    assertEquals(expected, guest.two("path_rename", "a", path));
    assertEquals(expected, guest.hardLink(path, false, "stolen"));
    assertEquals(expected, guest.hardLink("a/b/file", false, path));
    assertEquals(SECRET, Files.readString(outside.resolve("secret")));
    assertEquals("contents", Files.readString(inside.resolve("a/b/file")));
    try (var listing = Files.list(outside)) {
      assertEquals(1, listing.count());
    }
  }
}
