package dev.wasmrun.wasi;

import static dev.wasmrun.wasi.WasiCaller.CREATE;
import static dev.wasmrun.wasi.WasiCaller.FILE_RIGHTS;
import static dev.wasmrun.wasi.WasiCaller.GRANT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescriptorsTest {
  private static final int STDOUT = 1;

  @TempDir Path directory;
  private WasiCaller guest;

  @BeforeEach
  void create() {
    guest = WasiCaller.granted(directory);
  }

  @AfterEach
  void close() {
    guest.close();
  }

  private int newFile(String name, int flags) {
    assertEquals(Errno.SUCCESS, guest.open(GRANT, name, true, CREATE, FILE_RIGHTS, flags));
    return guest.opened();
  }

  @Test
  void theFunctionsAreThoseOfTheSpecification() {
    Set<String> names =
        guest.wasi.functions().stream().map(f -> f.name()).collect(Collectors.toSet());
    assertEquals(46, names.size());
    assertEquals(2 * 46, guest.wasi.functions().size()); // of two versions
    Map<String, String> signatures = new TreeMap<>();
    guest.wasi.functions().forEach(f -> signatures.put(f.name(), f.signature().toString()));
    assertEquals(
        "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> (i32)", signatures.get("path_open"));
    assertEquals("(i32, i64, i32, i32) -> (i32)", signatures.get("fd_seek"));
    assertEquals("(i32) -> ()", signatures.get("proc_exit"));
    assertEquals("() -> (i32)", signatures.get("sched_yield"));
    assertEquals("(i32, i32, i32, i64, i32) -> (i32)", signatures.get("fd_readdir"));
    assertEquals(
        "(i32, i32, i32, i32, i64, i64, i32) -> (i32)", signatures.get("path_filestat_set_times"));
  }

  @Test
  void vectorsThatAreNoneAreRefusedAndTransferNothing() throws IOException {
    int file = newFile("file", 0);
    int size = (int) guest.memory.byteSize();
    int at = guest.address(16);
    int result = guest.address(8);
    for (String function : List.of("fd_read", "fd_write")) {
      int fd = function.equals("fd_read") ? file : STDOUT;
      assertEquals(Errno.INVAL, guest.call(function, fd, at, -1, result));
      assertEquals(Errno.INVAL, guest.call(function, fd, at, 1025, result));
      assertEquals(Errno.FAULT, guest.call(function, fd, size - 8, 2, result));
      assertEquals(Errno.FAULT, guest.call(function, fd, -8, 1, result));
      for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, size}) {
        guest.vector(0, 100, 4);
        guest.vector(1, 100, length);
        assertEquals(Errno.FAULT, guest.call(function, fd, at, 2, result), "" + length);
      }
      guest.vector(0, size - 3, 4);
      assertEquals(Errno.FAULT, guest.call(function, fd, at, 1, result));
      guest.vector(0, 100, 4);
      assertEquals(Errno.FAULT, guest.call(function, fd, at, 1, size - 3));
      assertEquals(Errno.BADF, guest.call(function, 99, at, 1, result));
      assertEquals(Errno.BADF, guest.call(function, -1, at, 1, result));
    }
    assertEquals("", guest.output());
    assertEquals(0, Files.size(directory.resolve("file")));
  }

  @Test
  void vectorsMayOverlapAndBeEmpty() {
    int at = guest.address(4096);
    guest.memory.setUtf8(at, "abcdef");
    guest.vector(0, at, 4);
    guest.vector(1, at, 0);
    guest.vector(2, at + 2, 4);
    assertEquals(Errno.SUCCESS, guest.call("fd_write", STDOUT, guest.address(16), 3, 8));
    assertEquals("abcdcdef", guest.output());
    assertEquals(8, guest.memory.getInt(8));
    int file = newFile("file", 0);
    guest.write(file, "123456");
    guest.call("fd_seek", file, 0, 0, 8);
    guest.vector(0, at, 4);
    guest.vector(1, at + 1, 4);
    assertEquals(Errno.SUCCESS, guest.call("fd_read", file, guest.address(16), 2, 8));
    assertEquals("156", guest.memory.getUtf8(at, 3));
  }

  @Test
  void seeksAndTransfersAtAPosition() {
    int file = newFile("file", 0);
    assertEquals(Errno.SUCCESS, guest.write(file, "0123456789"));
    assertEquals(10, seek(file, 0, 1));
    assertEquals(7, seek(file, -3, 2));
    assertEquals(Errno.SUCCESS, guest.read(file, 2));
    assertEquals("78", guest.text());
    assertEquals(Errno.SUCCESS, guest.call("fd_tell", file, 128));
    assertEquals(9, guest.memory.getLong(128));
    guest.vector(0, guest.address(4096), 3);
    assertEquals(
        Errno.SUCCESS, guest.call("fd_pread", file, guest.address(16), 1, 2, guest.address(8)));
    assertEquals("234", guest.text());
    guest.memory.setUtf8(guest.address(4096), "xyz");
    assertEquals(
        Errno.SUCCESS, guest.call("fd_pwrite", file, guest.address(16), 1, 2, guest.address(8)));
    assertEquals(9, seek(file, 0, 1));
    assertEquals(0, seek(file, 0, 0));
    assertEquals(Errno.SUCCESS, guest.read(file, 100));
    assertEquals("01xyz56789", guest.text());
    assertEquals(Errno.SUCCESS, guest.read(file, 100));
    assertEquals("", guest.text());
    assertEquals(Errno.INVAL, guest.call("fd_seek", file, -1, 0, 128));
    assertEquals(Errno.INVAL, guest.call("fd_seek", file, Long.MAX_VALUE, 2, 128));
    assertEquals(Errno.INVAL, guest.call("fd_seek", file, 0, 3, 128));
    assertEquals(Errno.SPIPE, guest.call("fd_seek", STDOUT, 0, 0, 128));
    assertEquals(
        Errno.INVAL, guest.call("fd_pread", file, guest.address(16), 1, -2, guest.address(8)));
  }

  private long seek(int file, long delta, int whence) {
    assertEquals(Errno.SUCCESS, guest.call("fd_seek", file, delta, whence, 128));
    return guest.memory.getLong(128);
  }

  @Test
  void sizesChangeAndHolesAreZeros() {
    int file = newFile("file", 0);
    assertEquals(Errno.SUCCESS, guest.call("fd_allocate", file, 0, 100));
    assertEquals(100, size(file));
    assertEquals(Errno.SUCCESS, guest.call("fd_allocate", file, 0, 10));
    assertEquals(100, size(file));
    assertEquals(Errno.SUCCESS, guest.call("fd_filestat_set_size", file, 5));
    assertEquals(5, size(file));
    assertEquals(Errno.SUCCESS, guest.call("fd_filestat_set_size", file, 6));
    assertEquals(6, size(file));
    assertEquals(Errno.INVAL, guest.call("fd_filestat_set_size", file, -1));
    assertEquals(Errno.FBIG, guest.call("fd_allocate", file, Long.MAX_VALUE, 1));
    assertEquals(Errno.SUCCESS, guest.call("fd_sync", file));
    assertEquals(Errno.SUCCESS, guest.call("fd_datasync", file));
    assertEquals(Errno.SUCCESS, guest.call("fd_advise", file, 0, 0, 5));
    assertEquals(Errno.INVAL, guest.call("fd_advise", file, 0, 0, 6));
  }

  private long size(int file) {
    assertEquals(Errno.SUCCESS, guest.call("fd_filestat_get", file, guest.address(64)));
    return guest.statSize();
  }

  @Test
  void appendingPutsEveryWriteAtTheEnd() throws IOException {
    Path file = directory.resolve("log");
    Files.writeString(file, "one ");
    long both = FILE_RIGHTS;
    long writing = FILE_RIGHTS & ~Right.FD_READ.bit();
    for (long rights : new long[] {both, writing}) {
      assertEquals(
          Errno.SUCCESS, guest.open(GRANT, "log", true, CREATE, rights, Descriptor.APPEND));
      int log = guest.opened();
      guest.write(log, "two ");
      Files.writeString(file, Files.readString(file) + "three ");
      guest.call("fd_seek", log, 0, 0, 128);
      guest.write(log, "four ");
      guest.close(log);
    }
    assertEquals("one two three four two three four ", Files.readString(file));
  }

  @Test
  void renumberingReplacesInOneStep() {
    int one = newFile("one", 0);
    int two = newFile("two", 0);
    assertEquals(Errno.SUCCESS, guest.call("fd_renumber", one, two));
    assertEquals(Errno.BADF, guest.write(one, "x"));
    assertEquals(Errno.SUCCESS, guest.write(two, "x"));
    assertEquals(1, size(two));
    assertEquals(Errno.SUCCESS, guest.call("fd_renumber", two, STDOUT));
    assertEquals(Errno.SUCCESS, guest.write(STDOUT, "y"));
    assertEquals("", guest.output());
    assertEquals(Errno.BADF, guest.call("fd_renumber", 99, STDOUT));
    assertEquals(Errno.BADF, guest.call("fd_renumber", STDOUT, 99));
  }

  @Test
  void descriptorsTellWhatTheyAre() {
    int at = guest.address(64);
    assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_get", STDOUT, at));
    assertEquals(FileType.PIPE.code(), guest.memory.getByte(at)); // a stream of Java is no terminal
    assertEquals(0, guest.memory.getLong(at + 8) & Right.of(Right.FD_SEEK, Right.FD_TELL));
    assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_get", GRANT, at));
    assertEquals(FileType.DIRECTORY.code(), guest.memory.getByte(at));
    assertEquals(Errno.SUCCESS, guest.call("fd_prestat_get", GRANT, at));
    String name = "/" + directory.getFileName();
    assertEquals(name.length(), guest.memory.getInt(at + 4));
    assertEquals(Errno.SUCCESS, guest.call("fd_prestat_dir_name", GRANT, at, name.length()));
    assertEquals(name, guest.memory.getUtf8(at, name.length()));
    assertEquals(
        Errno.NAMETOOLONG, guest.call("fd_prestat_dir_name", GRANT, at, name.length() - 1));
    assertEquals(Errno.BADF, guest.call("fd_prestat_get", STDOUT, at));
    assertEquals(Errno.BADF, guest.call("fd_prestat_get", GRANT + 1, at));
    int file = newFile("file", 0);
    assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_set_flags", file, Descriptor.APPEND));
    assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_get", file, at));
    assertEquals(Descriptor.APPEND, guest.memory.getShort(at + 2));
    assertEquals(Errno.INVAL, guest.call("fd_fdstat_set_flags", file, 32));
    assertEquals(Errno.NOTSUP, guest.call("fd_fdstat_set_flags", file, 16));
    assertEquals(Errno.ISDIR, guest.read(GRANT, 1));
    assertEquals(Errno.BADF, guest.write(GRANT, "x"));
    assertEquals(Errno.NOTSOCK, guest.call("sock_recv", file, 0, 0, 0, 0, 0));
    assertEquals(Errno.BADF, guest.call("sock_shutdown", 99, 0));
  }

  @Test
  void aGuestThatLeaksDescriptorsIsToldSo() {
    newFile("file", 0);
    Errno errno = Errno.SUCCESS;
    int opened = 0;
    while (errno == Errno.SUCCESS && opened < 10_000) {
      errno = guest.open("file");
      opened++;
    }
    assertEquals(Errno.MFILE, errno);
    assertEquals(Errno.SUCCESS, guest.write(STDOUT, "still here"));
  }

  @Test
  void aLineWrittenAtOnceIsNeverTorn() throws InterruptedException {
    // A stream that is torn by design: it takes each write byte by byte.
    var bytes = new ByteArrayOutputStream();
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int b) {
            bytes.write(b);
            Thread.yield();
          }
        };
    var options =
        new WasiOptions(
            List.of("x"), Map.of(), InputStream.nullInputStream(), slow, slow, List.of());
    try (var writer = WasiCaller.with(options, bytes)) {
      Hammer.strike(
          4,
          thread -> {
            WasiCaller own = writer.at(thread);
            String line = Integer.toString(thread).repeat(40) + "\n";
            for (int i = 0; i < 100; i++) {
              assertEquals(Errno.SUCCESS, own.write(STDOUT, line));
            }
          });
    }
    List<String> lines = bytes.toString().lines().toList();
    assertEquals(400, lines.size());
    lines.forEach(line -> assertEquals(line.substring(0, 1).repeat(40), line));
  }

  @Test
  void aStreamThatNobodyReadsAnyMoreIsABrokenPipe() {
    var broken =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    var options =
        new WasiOptions(
            List.of("x"), Map.of(), InputStream.nullInputStream(), broken, broken, List.of());
    try (var writer = WasiCaller.with(options, new ByteArrayOutputStream())) {
      assertEquals(Errno.PIPE, writer.write(STDOUT, "x"));
    }
  }

  @Test
  void manyThreadsOpenWriteAndCloseWithoutLosingOrSharingADescriptor() throws Exception {
    Set<Integer> owned = ConcurrentHashMap.newKeySet();
    int before = guest.wasi.openDescriptors();
    Hammer.strike(
        6,
        thread -> {
          WasiCaller own = guest.at(thread);
          var random = new Random(1000 + thread);
          var mine = new ArrayList<Integer>();
          for (int i = 0; i < 400; i++) {
            if (mine.size() < 5 && random.nextBoolean()) {
              String name = "f" + thread + "-" + i;
              assertEquals(Errno.SUCCESS, own.open(GRANT, name, true, CREATE, FILE_RIGHTS, 0));
              int opened = own.opened();
              assertTrue(owned.add(opened), "two owners of " + opened);
              assertEquals(Errno.SUCCESS, own.write(opened, name));
              mine.add(opened);
            } else if (!mine.isEmpty()) {
              int closing = mine.remove(random.nextInt(mine.size()));
              own.call("fd_seek", closing, 0, 0, own.address(128));
              assertEquals(Errno.SUCCESS, own.read(closing, 100));
              assertTrue(own.text().startsWith("f" + thread + "-"), own.text());
              owned.remove(closing);
              assertEquals(Errno.SUCCESS, own.close(closing));
            }
          }
          for (int closing : mine) {
            owned.remove(closing);
            assertEquals(Errno.SUCCESS, own.close(closing));
          }
        });
    assertEquals(before, guest.wasi.openDescriptors());
    try (var files = Files.list(directory)) {
      assertTrue(files.count() > 100);
    }
  }

  @Test
  void closingWhatAnotherThreadUsesIsAnErrorOrHasItsEffect() throws Exception {
    int file = newFile("file", 0);
    guest.write(file, "contents");
    Set<Errno> answers = ConcurrentHashMap.newKeySet();
    Hammer.strike(
        thread -> {
          WasiCaller own = guest.at(1);
          for (int i = 0; i < 2000; i++) {
            answers.add(own.open(GRANT, "file", true, 0, FILE_RIGHTS, 0));
            own.close(own.opened());
          }
        },
        thread -> {
          WasiCaller own = guest.at(2);
          for (int i = 0; i < 2000; i++) {
            answers.add(own.read(file + 1, 10));
            answers.add(own.stat("file", true));
          }
        });
    assertTrue(Set.of(Errno.SUCCESS, Errno.BADF).containsAll(answers), answers::toString);
  }
}
