package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each wrong command line and each bad module: one clear line on standard error, nothing else. */
@Timeout(120)
final class BadInputTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                  | Missing required parameter: 'MODULE'; try --help
          --bogus                                 | Unknown option: '--bogus'; try --help
          add.wasm --bogus                        | Unknown option: '--bogus'; try --help
          add.wasm -x                             | Unknown option: '-x'; try --help
          add.wasm --thread 3                     | Unknown option: '--thread'; did you mean --threads?
          add.wasm --threads 0                    | --threads 0 starts no thread; it is at least 1; try --help
          add.wasm --threads -3                   | --threads -3 starts no thread; it is at least 1; try --help
          add.wasm --threads x                    | Invalid value for option '--threads': 'x' is not an int; try --help
          add.wasm --threads 2.5                  | Invalid value for option '--threads': '2.5' is not an int; try --help
          add.wasm --threads                      | Missing required parameter for option '--threads' (N); try --help
          add.wasm --threads 2 --threads 3        | option '--threads' (N) should be specified only once; try --help
          add.wasm --threads 9 --max-threads 8    | --threads 9 is above the limit of 8; raise it with --max-threads; try --help
          add.wasm --max-threads 0                | --max-threads 0 leaves no thread; it is at least 1; try --help
          add.wasm --invoke                       | Missing required parameter for option '--invoke' (NAME); try --help
          add.wasm --timeout soon                 | Invalid value for option '--timeout': 'soon' is not a duration such as 300ms, 5s, 2m or 1h; try --help
          add.wasm --timeout 5y                   | Invalid value for option '--timeout': '5y' has no known unit; use ms, s, m or h; try --help
          add.wasm --timeout 0                    | Invalid value for option '--timeout': '0' is no time at all; try --help
          add.wasm --timeout -5s                  | Invalid value for option '--timeout': '-5s' is not a duration such as 300ms, 5s, 2m or 1h; try --help
          add.wasm --timeout 99999999999h         | Invalid value for option '--timeout': '99999999999h' is too large; try --help
          add.wasm --max-memory much              | Invalid value for option '--max-memory': 'much' is not a size such as 65536, 512KiB, 64MiB or 1GiB; try --help
          add.wasm --max-memory 5TB               | Invalid value for option '--max-memory': '5TB' has no known unit; use KiB, MiB or GiB; try --help
          add.wasm --max-table many                | Invalid value for option '--max-table': 'many' is not a number such as 1000000; try --help
          add.wasm --max-table -1                 | Invalid value for option '--max-table': '-1' is not a number such as 1000000; try --help
          add.wasm --engine magic                 | Invalid value for option '--engine': 'magic' is none of compiler, interpreter; try --help
          add.wasm --convention magic             | Invalid value for option '--convention': 'magic' is none of worker, wasi-threads, emscripten; try --help
          add.wasm                                | add.wasm exports no function 'work'; name one with --invoke: it exports add, add64
          add.wasm --invoke sub 1 2               | add.wasm exports no function 'sub'; it exports add, add64
          add.wasm --invoke ad 1 2                | add.wasm exports no function 'ad'; did you mean add?
          add.wasm --invoke add46 1 2             | add.wasm exports no function 'add46'; did you mean add64?
          add.wasm --dir nosuch --invoke add 2 3  | Invalid value for option '--dir' (HOST[::GUEST]): 'nosuch' is no directory: it does not exist; try --help
          add.wasm --dir pom.xml::data            | Invalid value for option '--dir' (HOST[::GUEST]): 'pom.xml' is no directory; try --help
          check add.wasm --dir nosuch             | Invalid value for option '--dir' (HOST[::GUEST]): 'nosuch' is no directory: it does not exist; try --help
          bench add --dir nosuch                  | Invalid value for option '--dir' (HOST[::GUEST]): 'nosuch' is no directory: it does not exist; try --help
          list hapycoin                           | no program 'hapycoin'; did you mean happycoin?; try --help
          parity hapycoin                         | no program 'hapycoin' to compare; did you mean happycoin?; try --help
          help insepct                            | no command 'insepct'; did you mean inspect?
          help me                                 | no command 'me'; there are run, check, inspect, list, parity, merge, bench, serve, completion, help, version
          add.wasm --invoke add 1                 | add takes 2 arguments, got 1: add is (i32, i32) -> (i32)
          add.wasm --invoke add 1 2 3             | add takes 2 arguments, got 3: add is (i32, i32) -> (i32)
          add.wasm --invoke add 1 two             | argument 2: 'two' is not an i32: expected a decimal or 0x-hexadecimal integer
          happycoin.wasm 1 2 3 4                  | happycoin.wasm takes at most 3 arguments, got 4
          happycoin.wasm 1e6                      | argument 1: '1e6' is not an i64: expected a decimal or 0x-hexadecimal integer
          inspect                                 | Missing required parameter: 'MODULE'; try --help
          inspect add.wasm --threads              | Unknown option: '--threads'; try --help
          --threads 2 -- add.wasm                 | Missing required parameter: 'MODULE'; try --help
          inspect add.wasm more                   | Unmatched argument at index 1: 'more'; try --help
          list add more                           | Unmatched argument at index 1: 'more'; try --help
          parity --threads 0                      | --threads are at least 1: [0]; try --help
          parity --threads 1,x                    | Invalid value for option '--threads' (N): 'x' is not an int; try --help
          parity --team as:x                      | Invalid value for option '--team': 'as:x' is not a team such as as:2,c:2,java:1; try --help
          add.wasm --stack deep                   | Invalid value for option '--stack': 'deep' is not a size such as 65536, 512KiB, 64MiB or 1GiB; try --help
          parity --engine magic                   | Invalid value for option '--engine' (ENGINE): 'magic' is none of compiler, interpreter; try --help
          """)
  void wrongCommandLines(String line, String message) {
    String[] args = line == null ? new String[0] : line.split(" ");
    Ended.run(args).assertFails(ExitCode.USAGE, "wasm-run: " + message);
  }

  @Test
  void programsThatAreNotThere() {
    Ended.run("list", "nosuch")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: no program 'nosuch'; there are %s; try --help"
                .formatted(names(entry -> true)));
    for (String name : List.of("nosuch", "add", "counter-racy")) {
      Ended.run("parity", name)
          .assertFails(
              ExitCode.USAGE,
              "wasm-run: no program '%s' to compare; there are %s; try --help"
                  .formatted(
                      name,
                      names(entry -> entry.program().filter(Program::deterministic).isPresent())));
    }
  }

  private static String names(Predicate<Catalogue.Entry> which) {
    return Catalogue.entries().stream()
        .filter(which)
        .map(Catalogue.Entry::name)
        .collect(Collectors.joining(", "));
  }

  @Test
  void aHundredThousandThreadsAreAboveTheLimit() {
    int limit = 64 * Runtime.getRuntime().availableProcessors();
    Ended.run("happycoin.wasm", "--threads", "100000")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --threads 100000 is above the limit of %s; raise it with --max-threads; try --help"
                .formatted(limit));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown-import     | cannot link unknown-import.wasm: it imports the function env.mystery (i32) -> (i64), which the host does not provide
          wrong-import-type  | cannot link wrong-import-type.wasm: it imports host.emit as (f32) -> (); the host provides (i64) -> ()
          memory64-print     | cannot link memory64-print.wasm: it imports host.print as (i64, i64) -> (); the host provides (i32, i32) -> (); it has 64-bit addresses, and the host's functions have none; build for wasm32
          wrong-work-type    | cannot run wrong-work-type.wasm: its export work is (f64, i32) -> (); it must begin with 2 i32
          """)
  void modulesThatCannotBeLinked(String name, String message) {
    for (String command : new String[] {"", " --threads 3", " --json"}) {
      String[] args = (fixture(name) + command).split(" ");
      Ended.run(args).assertFails(ExitCode.CANNOT_RUN, "wasm-run: " + message);
    }
  }

  @Test
  void aMemoryLargerThanAllowed() {
    Ended.run("happycoin.wasm", "--max-memory", "1MiB")
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot link happycoin.wasm: it needs 16777216 bytes of memory, --max-memory allows 1048576");
    // Several threads with a memory each, so that it is refused where the workers run.
    Ended.run(fixture("own-memory"), "--max-memory", "65535", "--quiet", "--threads", "2")
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot link own-memory.wasm: it needs 65536 bytes of memory, --max-memory allows 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inspect"})
  void noSuchFile(String command) {
    Path missing = directory.resolve("missing.wasm");
    onModule(command, missing)
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot read %s: no such file, and no bundled module of that name (see `wasm-run list`)"
                .formatted(missing));
    onModule(command, Path.of(""))
        .assertFails(ExitCode.CANNOT_RUN, "wasm-run: cannot read '': name a .wasm file");
  }

  @ParameterizedTest
  @CsvSource({
    "hapycoin.wasm, happycoin.wasm", // of the bundled ones
    "counter-C.wasm, counter-c.wasm",
    "happycoin, happycoin.wasm",
    "insepct, inspect", // a command
  })
  void aNameIsSimilar(String typed, String meant) {
    Ended.run(typed)
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: no file or bundled module %s; did you mean %s?".formatted(typed, meant));
  }

  @Test
  void aFileIsSimilar() throws IOException {
    file((byte) 0);
    Path typed = directory.resolve("ti.wasm");
    onModule("inspect", typed)
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: no file or bundled module %s; did you mean %s?"
                .formatted(typed, directory.resolve("it.wasm")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inspect"})
  void aDirectory(String command) {
    onModule(command, directory)
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot read %s: it is a directory; name a .wasm file".formatted(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inspect"})
  void filesThatAreNoModules(String command) throws IOException {
    onModule(command, file())
        .assertFails(ExitCode.CANNOT_RUN, "wasm-run: cannot load it.wasm: the file is empty");
    String noBinary =
        "wasm-run: cannot load it.wasm: not a WebAssembly binary (it does not begin with \\0asm)";
    onModule(command, file("Dear reader,\n".getBytes())).assertFails(ExitCode.CANNOT_RUN, noBinary);
    onModule(command, file("(module)\n".getBytes()))
        .assertFails(ExitCode.CANNOT_RUN, noBinary + "; name text .wat");
    onModule(command, file((byte) 0, (byte) 'a', (byte) 's'))
        .assertFails(
            ExitCode.CANNOT_RUN,
            "wasm-run: cannot load it.wasm: truncated module, 3 bytes are less than the header's 8");
  }

  @Test
  void aModuleCutOffAnywhereIsRefusedOrWhole() throws IOException {
    byte[] whole = Fixtures.bytes("phases");
    for (int length = 1; length < whole.length; length++) {
      var ended = onModule("", file(Arrays.copyOf(whole, length)));
      String at = "cut off after %s bytes: %s".formatted(length, ended);
      // Cut between two sections it may be a module again, of which something is missing.
      assertTrue(
          ended.code() == ExitCode.CANNOT_RUN.code()
              || ended.code() == ExitCode.USAGE.code()
              || ended.code() == 0,
          at);
      assertEquals(ended.code() == 0 ? 0 : 1, ended.errLines().size(), at);
      assertTrue(ended.code() == 0 || ended.out().isEmpty(), at);
    }
  }

  @Test
  void aModuleThatDoesNotValidate() throws IOException {
    // (func (result i32)) with an empty body
    byte[] invalid = {
      0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0b
    };
    var ended = onModule("", file(invalid));
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals("", ended.out());
    assertEquals(1, ended.errLines().size());
    assertTrue(
        ended.err().startsWith("wasm-run: cannot load it.wasm: it does not validate: "),
        ended::err);
  }

  private Path file(byte... bytes) throws IOException {
    return Files.write(directory.resolve("it.wasm"), bytes);
  }

  private static Ended onModule(String command, Path path) {
    return command.isEmpty() ? Ended.run(path.toString()) : Ended.run(command, path.toString());
  }
}
