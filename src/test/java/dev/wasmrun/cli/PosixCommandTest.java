package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Programs with POSIX threads from the command line. */
final class PosixCommandTest {
  private static final String TWO_COINS = "3070564902305030000\n8349452321516680000\ncount 2\n";

  @Test
  void theNumberOfThreadsReachesTheProgramThroughItsEnvironment() {
    Ended.run("happycoin-pthreads.wasm", "5000", "42", "85000", "--threads", "3")
        .assertPrints(TWO_COINS);
    var one = Ended.run("hello-threads.wasm", "--threads", "1");
    one.assertPrints("hello from thread 0\nthe squares of 1 threads' numbers add up to 0\n");
    var chosen = Ended.run("hello-threads.wasm", "--env", "WASM_RUN_THREADS=2");
    assertTrue(chosen.out().endsWith("the squares of 2 threads' numbers add up to 1\n"));
  }

  @Test
  void aProgramThatDoesNotLookForTheNumberOfThreadsIsNotGivenOneInVain() {
    Ended.run(fixture("pthreads-plain"), "--threads", "4")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --threads 4: pthreads-plain.wasm decides itself how many threads it starts and does not look at WASM_RUN_THREADS; give it the number as it expects it, for example as an argument");
  }

  @Test
  void theExitCodeIsTheProgramsOwn() {
    assertEquals(
        new Ended(6, "hello from a thread\nhello from main\n", ""),
        Ended.run(fixture("pthreads-plain")));
  }

  @Test
  void aThreadTooManyIsTheProgramsToTell() {
    Ended.run(fixture("pthreads-limit"), "--max-threads", "7")
        .assertPrints("created 7, then EAGAIN\n");
  }

  @Test
  void namesThatAreLostAreRefusedByInspectToo() {
    var refused = Ended.run("inspect", fixture("pthreads-minified"), "--json").json();
    assertEquals("emscripten", refused.get("convention"));
    assertTrue(refused.get("refused").toString().contains("-sDECLARE_ASM_MODULE_EXPORTS=0"));
  }

  @Test
  void callingAnExportOfAProgramIsRefused() {
    var ended = Ended.run("hello-threads.wasm", "--invoke", "main");
    assertEquals(ExitCode.USAGE.code(), ended.code());
    assertEquals(1, ended.errLines().size(), ended::err);
  }
}
