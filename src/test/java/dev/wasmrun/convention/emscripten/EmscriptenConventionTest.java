package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.WasiOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs compiled by Emscripten, unmodified. Each checks itself and prints what it found. */
final class EmscriptenConventionTest {
  private static final int LINES_OF_A_THREAD = 50;

  @ParameterizedTest
  @EnumSource(Engine.class)
  void joiningReturnsWhatThreadsReturned(Engine engine) throws Exception {
    assertRuns(program("join").on(engine).run(), 3, "sum 140\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void detachedThreadsEndByThemselvesAndMainMayLeaveByPthreadExit(Engine engine) throws Exception {
    assertRuns(program("detach").on(engine).run(), 0, "all 40 left, the last with 42\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void cancellationActsAtCancellationPointsAndRunsCleanupHandlers(Engine engine) throws Exception {
    assertRuns(program("cancel").on(engine).run(), 0, "cleaned 111\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void threadsHaveTheirOwnVariablesAndOnceHappensOnce(Engine engine) throws Exception {
    assertRuns(program("local").on(engine).run(), 0, "inits 1, destroyed 136\n");
  }

  @RepeatedTest(3)
  void mutexesOfEveryTypeExclude() throws Exception {
    assertRuns(program("mutexes").run(), 0, "counted 240000\n");
  }

  @RepeatedTest(3)
  void conditionVariablesLoseNoSignal() throws Exception {
    assertRuns(program("conditions").run(), 0, "turns 4000, woken 8\n");
  }

  @RepeatedTest(3)
  void locksBarriersSemaphoresAndSpinLocksHold() throws Exception {
    assertRuns(
        program("locks").run(), 0, "pairs 4000, serial 100, spun 8000, consumed 2000 of 2000\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theThreadsOfC11Run(Engine engine) throws Exception {
    assertRuns(program("c11").on(engine).run(), 0, "counter 6000, inits 1, destroyed 21, sum 21\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void theThreadsOfCppRunAndStaticDestructorsToo(Engine engine) throws Exception {
    assertRuns(
        program("cxx").on(engine).run(),
        5,
        "total 15000, destroyed 15, processors some\n" + "x".repeat(100) + "\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void exceptionsOfCppAreCaughtOnEveryThread(Engine engine) throws Exception {
    for (String program : List.of("throws", "throws-wasm")) {
      assertRuns(
          program(program).on(engine).run(),
          0,
          "from a thread: at runtime\nint 42; exception at runtime; second 2; pointer text; anything; nothing; 107; \n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "error, of type std::logic_error was not caught: past all",
    "number, of type int was not caught",
  })
  void oneOfWebAssemblyThatNobodyCatchesDoesToo(String what, String told) throws Exception {
    for (String where : List.of("main", "thread")) {
      var trapped =
          assertInstanceOf(
              Outcome.Trapped.class, program("throws-wasm").run(what, where).outcome(), where);
      assertEquals(TrapCode.UNCAUGHT_EXCEPTION, trapped.trap().code());
      assertEquals("uncaught exception: a C++ exception " + told, trapped.trap().getMessage());
      assertEquals(where.equals("main"), trapped.thread().endsWith("#main"), trapped.thread());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "throws, error, a C++ exception of type std::logic_error was not caught: past all",
    "throws, number, a C++ exception of type int was not caught",
    "throws, noexcept, the program called abort()",
    "throws, rethrow, '''throw;'' outside any catch block'",
  })
  void anExceptionThatNobodyCatchesEndsTheProgram(String program, String what, String message)
      throws Exception {
    for (String where : List.of("main", "thread")) {
      var trapped =
          assertInstanceOf(
              Outcome.Trapped.class, program(program).run(what, where).outcome(), where);
      assertEquals(TrapCode.ABORT, trapped.trap().code());
      assertEquals("abort: " + message, trapped.trap().getMessage());
      assertEquals(where.equals("main"), trapped.thread().endsWith("#main"), trapped.thread());
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void longjmpLeadsBackOnEveryThread(Engine engine) throws Exception {
    assertRuns(program("jumps").on(engine).run(), 0, "sum -244\n");
  }

  @ParameterizedTest
  @CsvSource({"400, 8, 79800", "400, 60, 79800", "40, 40, 780"})
  void aStormOfThreadsAllocatesAndEnds(String threads, String together, String sum)
      throws Exception {
    assertRuns(program("storm").run(threads, together), 0, "sum %s\n".formatted(sum));
  }

  @RepeatedTest(3)
  void linesAreNeverTornAndTheLastIsNotLost() throws Exception {
    ProgramRun.Result result = program("stdio").run();
    assertEquals(0, result.exitCode(), result::toString);
    assertEquals("to standard error\n", result.err());
    var lines = new ArrayList<>(List.of(result.out().split("\n")));
    assertEquals("the last line has no end", lines.remove(lines.size() - 1));
    assertEquals(6 * LINES_OF_A_THREAD, lines.size());
    var next = new HashMap<Integer, Integer>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      int thread = Integer.parseInt(words[0]);
      int number = Integer.parseInt(words[1]);
      assertEquals(next.merge(thread, 1, Integer::sum) - 1, number, line);
      String letter = Character.toString((char) ('a' + thread));
      assertEquals(letter.repeat(20 * thread + number), words[2], line);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void programsSeeArgumentsEnvironmentAndTime(Engine engine) throws Exception {
    ProgramRun.Result result =
        program("surroundings")
            .on(engine)
            .withEnvironment(Map.of("FIXTURE", "is sët"))
            .run("one", "", "drei und ü");
    assertRuns(result, 4, "argument one\nargument \nargument drei und ü\nFIXTURE is sët\nslept\n");
  }

  @Test
  void withoutAnEnvironmentThereIsNoVariable() throws Exception {
    assertRuns(program("surroundings").run(), 1, "FIXTURE is not set\nslept\n");
  }

  @ParameterizedTest
  @CsvSource({
    "exit, main, 11, true",
    "exit, thread, 11, true",
    "_exit, main, 12, false",
    "_exit, thread, 12, false",
    "return, main, 13, true"
  })
  void everyOrderlyEndEndsAllThreadsWithItsCode(
      String how, String where, int code, boolean handlers) throws Exception {
    assertRuns(
        program("endings").run(how, where),
        code,
        "started\n" + (handlers ? "second handler\nhandler\n" : ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "thread"})
  void exitInAnExitHandlerDecidesTheCode(String where) throws Exception {
    assertRuns(program("endings").run("exit-in-handler", where), 14, "started\nsecond handler\n");
  }

  @ParameterizedTest
  @CsvSource({
    "abort, main, ABORT",
    "abort, thread, ABORT",
    "trap, main, UNREACHABLE",
    "trap, thread, UNREACHABLE"
  })
  void aFailureOfAnyThreadEndsAllAndIsTold(String how, String where, TrapCode code)
      throws Exception {
    ProgramRun.Result result = program("endings").run(how, where);
    var trapped = assertInstanceOf(Outcome.Trapped.class, result.outcome());
    assertEquals(code, trapped.trap().code());
    assertEquals(where.equals("main"), trapped.thread().equals("pthreads-endings.wasm#main"));
    assertTrue(trapped.trap().backtrace().contains("end"), trapped.trap().backtrace()::toString);
    assertEquals(List.of(), result.running());
  }

  @ParameterizedTest
  @CsvSource({
    "pointer, OUT_OF_BOUNDS_MEMORY, address 4294967280",
    "function, UNDEFINED_ELEMENT, undefined element",
    "assert, ABORT, 'assertion failed: how == NULL, at wrong.c:19, in misbehave'",
    "recursion, CALL_STACK_EXHAUSTED, call stack exhausted"
  })
  void whatGoesWrongInAThreadIsNamed(String what, TrapCode code, String message) throws Exception {
    var trapped =
        assertInstanceOf(Outcome.Trapped.class, program("wrong").run(what).outcome(), what);
    assertEquals(code, trapped.trap().code());
    assertTrue(trapped.trap().getMessage().contains(message), trapped.trap()::getMessage);
    assertEquals("pthreads-wrong.wasm#1", trapped.thread());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void deepRecursionTrapsOnEveryThread(Engine engine) throws Exception {
    for (String[] args : List.of(new String[] {"recursion"}, new String[] {"recursion", "main"})) {
      ProgramRun.Result result = program("wrong").on(engine).run(args);
      var trapped = assertInstanceOf(Outcome.Trapped.class, result.outcome(), result::toString);
      assertEquals(TrapCode.CALL_STACK_EXHAUSTED, trapped.trap().code());
      assertEquals(args.length > 1, trapped.thread().endsWith("#main"), trapped.thread());
      assertTrue(trapped.trap().backtrace().contains("recurse"), trapped.trap()::toString);
      assertEquals(List.of(), result.running());
    }
  }

  @Test
  void tenThousandThreadsInSequenceLeaveNothingBehind() throws Exception {
    assertRuns(program("many").run("60"), 0, "60\n"); // whatever is loaded once is loaded now
    var threads = ManagementFactory.getThreadMXBean();
    long usedBefore = usedHeap();
    threads.resetPeakThreadCount();
    int before = threads.getThreadCount();
    ProgramRun.Result result = program("many").withThreads(4).run("10000");
    assertRuns(result, 0, "10000\n");
    // Joined threads may be about to end for as long as the processors are busy elsewhere.
    int most = threads.getPeakThreadCount() - before;
    assertTrue(most < 1000, () -> most + " threads at a time");
    assertNobodyLeft(result, "many");
    long grown = usedHeap() - usedBefore;
    assertTrue(grown < 16 << 20, () -> "the heap grew by %d bytes".formatted(grown));
  }

  @Test
  void detachedThreadsInSequenceLeaveNothingBehind() throws Exception {
    assertRuns(program("many").run("1500", "detached"), 0, "1500\n");
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @ParameterizedTest
  @CsvSource({
    "asm, emscripten_asm_const_int, EM_ASM runs JavaScript",
    "frame, emscripten_request_animation_frame_loop, drawing needs a browser",
    "script, emscripten_run_script, it runs JavaScript"
  })
  void whatOnlyAPageHasIsNamedWithWhatItIsFor(String what, String name, String purpose)
      throws Exception {
    var failed = assertInstanceOf(Outcome.Failed.class, program("unsupported").run(what).outcome());
    String message = failed.cause().getMessage();
    assertTrue(message.startsWith("it called env." + name + " ("), message);
    assertTrue(message.contains(purpose), message);
    assertEquals(
        "env." + name, assertInstanceOf(HostFault.class, failed.cause()).backtrace().get(0));
    List<String> missing = convention().missing(Fixtures.module("pthreads-unsupported"));
    assertTrue(
        missing.stream()
            .anyMatch(line -> line.startsWith("env." + name + ": ") && line.contains(purpose)),
        missing::toString);
  }

  @Test
  void whatNoLibraryHasIsTheProgramsOwn() {
    assertEquals(
        List.of(
            "env.mystery: the program's own JavaScript (EM_JS or --js-library);"
                + " from Java, pass a host function of that name"),
        convention().missing(Fixtures.module("unknown-import")));
  }

  @Test
  void addressesOf64BitsAreRefused(@TempDir Path directory) throws Exception {
    String text =
        """
        (module
          (import "env" "emscripten_get_now" (func (result f64)))
          (memory (export "memory") i64 1)
          (func (export "main") (param i32 i64) (result i32) i32.const 0))
        """;
    GuestModule module = GuestModule.load(Files.writeString(directory.resolve("wide.wat"), text));
    assertEquals(
        List.of(
            "its addresses have 64 bits, for which this host has no library of Emscripten's; build it without -sMEMORY64"),
        convention().obstacles(module));
  }

  @Test
  void aProgramWithoutTheExportsThatThreadsNeedIsRefusedWithTheirNames() {
    List<String> obstacles = convention().obstacles(Fixtures.module("pthreads-lacks"));
    assertEquals(1, obstacles.size(), obstacles::toString);
    for (String name : List.of("stackSave", "_emscripten_thread_exit", "__wasm_call_ctors")) {
      assertTrue(obstacles.get(0).contains(name), obstacles::toString);
    }
    assertFalse(obstacles.get(0).contains("_emscripten_thread_init"), obstacles::toString);
    assertEquals(List.of(), convention().obstacles(Fixtures.module("pthreads-join")));
  }

  private static EmscriptenConvention convention() {
    return new EmscriptenConvention(WasiOptions.NOTHING, 1);
  }

  @Test
  void memoryGrowsUnderAllThreadsUpToTheMaximum() throws Exception {
    assertRuns(program("growth").run(), 0, "blocks 48\n32 MiB more granted\n");
  }

  @Test
  void aLimitBelowTheMaximumMakesAllocationsFail() throws Exception {
    assertRuns(
        program("growth").withMemory(new MemoryLimit(36 << 20)).run(),
        0,
        "blocks 48\n32 MiB more refused\n");
  }

  @Test
  void aMemoryThatCannotGrowSaysHowToBuildOneThatCan() throws Exception {
    var trapped = assertInstanceOf(Outcome.Trapped.class, program("memory-full").run().outcome());
    assertTrue(
        trapped.trap().getMessage().contains("-sALLOW_MEMORY_GROWTH"), trapped.trap()::getMessage);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 40})
  void oneThreadTooManyIsRefusedAndTheEndOfOneMakesRoom(int limit) throws Exception {
    assertRuns(
        program("limit").withThreads(limit).run(), 0, "created %d, then EAGAIN\n".formatted(limit));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void mainOnAThreadOfItsOwnLeavesTheFirstToServeOthers(Engine engine) throws Exception {
    assertRuns(program("proxied").on(engine).run("said"), 9, "said, calls 8\n");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void filesAreThoseOfGrantedDirectories(Engine engine, @TempDir Path directory) throws Exception {
    ProgramRun.Result result =
        program("files").on(engine).withDirectory(new DirectoryGrant(directory, "/data")).run();
    assertRuns(result, 0, "entries 4\nsize 794\nremoved\n");
    try (var left = Files.list(directory)) {
      assertEquals(0, left.count());
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void descriptorsAreDuplicatedPolledRewoundAndDated(Engine engine, @TempDir Path directory)
      throws Exception {
    ProgramRun.Result result =
        program("descriptors")
            .on(engine)
            .withDirectory(new DirectoryGrant(directory, "/data"))
            .withInput("input\n")
            .run();
    assertRuns(result, 0, "all as it should be\n");
    try (var left = Files.list(directory)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void withoutAGrantThereIsNoFile() throws Exception {
    ProgramRun.Result result = program("files").run();
    assertEquals(99, result.exitCode(), result::toString);
    assertTrue(result.out().contains("mkdir(\"/data/made\", 0777) == 0 is not so"), result.out());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aProgramBuiltWithoutAnyFurtherOptionRuns(Engine engine) throws Exception {
    assertRuns(program("plain").on(engine).run(), 6, "hello from a thread\nhello from main\n");
  }

  @Test
  void minifiedImportsAreRefusedWithTheWayToKeepTheirNames() {
    GuestModule module = Fixtures.module("pthreads-minified");
    assertEquals(ConventionName.EMSCRIPTEN, module.convention());
    var refusal = assertThrows(LinkException.class, () -> ProgramRun.of(module).run());
    assertTrue(
        refusal.getMessage().contains("-O3 -sDECLARE_ASM_MODULE_EXPORTS=0"), refusal::getMessage);
    assertEquals(1, refusal.getMessage().lines().count());
  }

  /** What ends a run, and how; the last is a host function that does not return. */
  @ParameterizedTest
  @CsvSource({
    "endings, exit, Exited",
    "endings, _exit, Exited",
    "endings, abort, Trapped",
    "endings, trap, Trapped",
    "throws, error, Trapped",
    "stuck, mutexes, Deadlocked",
    "unsupported, asm, Failed"
  })
  void noThreadIsLeftAfterAnyEnd(String program, String how, String outcome) throws Exception {
    ProgramRun run = program(program);
    ProgramRun.Result result =
        program.equals("stuck") || program.equals("unsupported")
            ? run.run(how)
            : run.run(how, "thread");
    assertEquals(outcome, result.outcome().getClass().getSimpleName());
    assertNobodyLeft(result, program);
  }

  @Test
  void noThreadIsLeftAfterATimeLimit() throws Exception {
    Duration limit = Duration.ofMillis(800);
    ProgramRun.Result result = program("stuck").withoutDeadlockWatch(limit).run("condition");
    assertEquals(new Outcome.TimedOut(limit), result.outcome());
    assertNobodyLeft(result, "stuck");
  }

  private static void assertNobodyLeft(ProgramRun.Result result, String program) {
    assertEquals(List.of(), result.running());
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(
                thread ->
                    thread.isAlive()
                        && thread.getName().startsWith("pthreads-" + program + ".wasm#")
                        && !isLeaving(thread)));
  }

  /** Whether a thread has left its crew and is only about to end. */
  private static boolean isLeaving(Thread thread) {
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return !thread.isAlive();
  }

  private static ProgramRun program(String name) {
    return ProgramRun.of(Fixtures.module("pthreads-" + name));
  }

  private static void assertRuns(ProgramRun.Result result, int code, String out) {
    assertEquals(out, result.out(), result::toString);
    assertEquals(code, result.exitCode(), result::toString);
    assertEquals(List.of(), result.running());
  }
}
