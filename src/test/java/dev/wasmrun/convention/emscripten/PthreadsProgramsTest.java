package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs with POSIX threads that come with wasm-run. */
final class PthreadsProgramsTest {
  @ParameterizedTest
  @CsvSource({
    "COMPILER, 1, 100000, 0",
    "COMPILER, 3, 100000, 0",
    "COMPILER, 8, 100000, 0",
    "COMPILER, 2, 5000, 85000",
    "INTERPRETER, 2, 5000, 85000",
  })
  void happycoinFindsTheSameCoinsOnAnyNumberOfThreads(
      Engine engine, String threads, String attempts, String first) throws Exception {
    ProgramRun.Result result =
        ProgramRun.of(GuestModule.load("happycoin-pthreads.wasm"))
            .on(engine)
            .withEnvironment(Map.of("WASM_RUN_THREADS", threads))
            .run(attempts, "42", first);
    assertEquals(0, result.exitCode(), result::toString);
    assertEquals("3070564902305030000\n8349452321516680000\ncount 2\n", result.out());
  }

  @ParameterizedTest
  @CsvSource({
    "one",
    "-1",
    "1 2 3 4 5",
    "1 2 3 9999999",
  })
  void happycoinRefusesWrongArguments(String args) throws Exception {
    ProgramRun.Result result =
        ProgramRun.of(GuestModule.load("happycoin-pthreads.wasm")).run(args.split(" "));
    assertEquals(2, result.exitCode(), result::toString);
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @CsvSource({
    "hello-threads.wasm, COMPILER, 4, 14",
    "hello-threads.wasm, INTERPRETER, 3, 5",
    "hello-threads-cpp.wasm, COMPILER, 4, 14",
    "hello-threads-cpp.wasm, INTERPRETER, 20, 2470",
  })
  void everyThreadSaysHello(String module, Engine engine, int threads, int sum) throws Exception {
    ProgramRun.Result result =
        ProgramRun.of(GuestModule.load(module)).on(engine).run(Integer.toString(threads));
    assertEquals(0, result.exitCode(), result::toString);
    List<String> lines = result.out().lines().toList();
    assertEquals(
        "the squares of %d threads' numbers add up to %d".formatted(threads, sum),
        lines.get(threads));
    assertEquals(
        IntStream.range(0, threads).mapToObj(i -> "hello from thread " + i).sorted().toList(),
        lines.subList(0, threads).stream().sorted().toList());
  }
}
