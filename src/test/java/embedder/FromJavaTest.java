package embedder;

import static dev.wasmrun.module.ValueType.F64;
import static dev.wasmrun.module.ValueType.I32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Manual;
import dev.wasmrun.check.Check;
import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.convention.bindgen.BindgenException;
import dev.wasmrun.convention.bindgen.BindgenType;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.Snapshot;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.PoolFunction;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.run.BindgenLibraries;
import dev.wasmrun.run.CppLibraries;
import dev.wasmrun.run.Library;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a program does that embeds the host, as the manual shows it: each of the manual's snippets
 * is here, line by line, and runs. This package is not the project's, so that only what is public
 * is within reach.
 */
@Timeout(120)
final class FromJavaTest {
  private static final Path THIS = Path.of("src/test/java/embedder/FromJavaTest.java");

  /** A module that is no part of the product. */
  private final GuestModule shop = GuestModule.load("src/test/resources/fixtures/prices.wasm");

  @Test
  void aModuleFromAnywhere() throws Exception {
    Path file = Path.of("src/test/resources/fixtures/prices.wasm");
    byte[] bytes = Files.readAllBytes(file);
    InputStream stream = new ByteArrayInputStream(bytes);
    GuestModule bundled = GuestModule.load("happycoin.wasm"); // a bundled name, or a path as text
    GuestModule fromFile = GuestModule.load(file); // a Path, of any file system
    GuestModule fromBytes = GuestModule.of("prices.wasm", bytes);
    GuestModule fromStream = GuestModule.of("prices.wasm", stream); // read to its end, left open

    assertTrue(bundled.exports().containsKey("work"), () -> bundled.exports().toString());
    assertEquals(fromFile.exports(), fromBytes.exports());
    assertEquals(fromFile.exports(), fromStream.exports());
  }

  @Test
  void aRun() throws Exception {
    RunResult result =
        ModuleRun.of(GuestModule.load("happycoin.wasm"))
            .threads(4)
            .args("100000", "42")
            .timeout(Duration.ofSeconds(30))
            .run()
            .orThrow();
    List<Long> coins = result.emitted();
    String text = result.output();

    assertEquals(List.of(3070564902305030000L, 8349452321516680000L), coins);
    assertEquals("count 2\n", text);
  }

  @Test
  void aCallOfOneExport() throws Exception {
    var add = ModuleRun.of(GuestModule.load("add.wasm")).invoke("add64").args("{thread}", "40");
    for (Returned sum : add.threads(3).run().orThrow().returned()) {
      System.out.println(sum.asLong());
    }

    var sums = add.run().returned().stream().map(Returned::asLong).toList();
    assertEquals(List.of(40L, 41L, 42L), sums);
  }

  @Test
  void aRunThatFails() throws Exception {
    RunResult ended = ModuleRun.of(GuestModule.load("happycoin.wasm")).args("-5").run();
    if (ended.outcome() instanceof Outcome.Trapped trapped) {
      Trap trap = trapped.trap();
      System.out.println(trapped.thread() + ": " + trap.code() + ", " + trap.backtrace());
    }

    assertTrue(ended.outcome() instanceof Outcome.Trapped, ended::toString);
  }

  @Test
  void aHostFunction() throws Exception {
    var price =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(I32), List.of(F64)),
            (caller, args) -> List.of(0.5 * args.get(0).intValue()));
    var run = ModuleRun.of(shop).hostFunctions(price).invoke("total").args("10");
    double total = run.run().orThrow().returned().get(0).asDouble();

    assertEquals(22.5, total);
  }

  @Test
  void aFunction() {
    var linker = new Linker(GuestModule.load("add.wasm"), Engine.COMPILER, List.of());
    Guest guest = linker.instantiate(Optional.empty(), ActiveData.WRITE); // it has no memory
    IntBinaryOperator add = guest.function("add").as(IntBinaryOperator.class);
    int five = add.applyAsInt(2, 3);

    assertEquals(5, five);
  }

  @Test
  void aLibrary() {
    GuestModule module = Fixtures.module("udf-text");
    long length;

    try (var library = Library.open(module)) {
      Guest guest = library.guest();
      int text = (int) guest.call("malloc", 6)[0];
      guest.memory().setUtf8(text, "hello"); // and the byte after it is 0
      length = guest.call("length", text)[0];
    }

    assertEquals(5, length);
  }

  @Test
  void aSnapshot() {
    var price =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(I32), List.of(F64)),
            (caller, args) -> List.of(1.0));
    var type = new MemoryType(1, 1, true);
    long soldBefore;

    var linker = new Linker(shop, Engine.COMPILER, List.of(price));
    Guest guest = linker.instantiate(Optional.of(LinearMemory.create(type)), ActiveData.WRITE);
    guest.start();
    guest.call("sell", 5); // whatever takes long and is always the same
    try (var snapshot = Snapshot.of(guest)) {
      Guest fresh = snapshot.instantiate();
      soldBefore = fresh.call("sell", 1)[0];
      fresh.memory().close();
    }

    assertEquals(5, soldBefore);
    guest.memory().close();
  }

  /** Only this class sees it. */
  private interface Price {
    double of(int items);
  }

  @Test
  void aFunctionThatAHostFunctionCalls() throws Exception {
    var price =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(I32), List.of(F64)),
            (caller, args) -> {
              Price total = caller.function("total").as(Price.class, MethodHandles.lookup());
              return List.of(1 + total.of(args.get(0).intValue())); // what those before it cost
            });
    var run = ModuleRun.of(shop).hostFunctions(price).invoke("total").args("4");

    assertEquals(15, run.threads(2).run().orThrow().returned().get(1).asDouble());
  }

  @Test
  void aFunctionOfAPool() {
    try (var pool = WorkerPool.open(GuestModule.load("add.wasm"), PoolConfig.fixed(2).build())) {
      PoolFunction add = pool.function("add64");
      long three = add.submit(1, 2).join().asLong();
      long seven = add.withPriority(10).submit(3, 4).join().asLong();

      assertEquals(3, three);
      assertEquals(7, seven);
    }
  }

  @Test
  void aPool() {
    var config =
        PoolConfig.elastic(1, 8)
            .queue(100, Overflow.REJECT)
            .taskTimeout(Duration.ofSeconds(2))
            .idleTimeout(Duration.ofSeconds(30))
            .build();
    List<CompletableFuture<Integer>> sums = new ArrayList<>();
    try (var pool = WorkerPool.open(GuestModule.load("add.wasm"), config)) {
      for (int i = 0; i < 10; i++) {
        sums.add(pool.submit("add", i, 1).thenApply(Returned::asInt));
      }
      sums.forEach(sum -> System.out.println(sum.join()));
      System.out.println("waiting: " + pool.statistics().waits());
    }

    assertEquals(10, sums.get(9).join());
  }

  @Test
  void aPoolWhoseCallsFail() throws Exception {
    var broken =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(I32), List.of(F64)),
            (caller, args) -> {
              throw new IllegalStateException("the shop is closed");
            });
    var config = PoolConfig.fixed(1).hostFunctions(broken).build();
    try (var pool = WorkerPool.open(shop, config)) {
      try {
        pool.submit("total", 3).join();
      } catch (CompletionException e) {
        System.out.println(e.getCause()); // a HostFault here; or a Trap, GuestExit or TaskTimeout
      }
      long before = pool.submit("sell", 5).join().asLong(); // on a new instance

      assertEquals(0, before);
      assertEquals(1, pool.statistics().failed());
      assertEquals(1, pool.statistics().replaced());
    }
  }

  @Test
  void aMemoryThatJavaAndGuestsShare() throws Exception {
    var free =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(I32), List.of(F64)),
            (caller, args) -> List.of(0.0));
    try (var pool = WorkerPool.open(shop, PoolConfig.fixed(2).hostFunctions(free).build())) {
      LinearMemory memory = pool.sharedMemory().orElseThrow();
      memory.setLongVolatile(0x400, 100);
      var before = pool.submit("sell", 20); // an atomic addition at the same address
      memory.getAndAddLong(0x400, 3);

      var opening = pool.submit("open"); // waits on 0x408 while it is 0
      memory.setIntVolatile(0x408, 1);
      memory.notify(0x408, -1);

      assertTrue(List.of(100L, 103L).contains(before.join().asLong()));
      assertEquals(123, memory.getLongVolatile(0x400));
      assertTrue(opening.join().asInt() <= WaitResult.NOT_EQUAL.code());
    }
  }

  @Test
  void aSliceOfAMemory() {
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      memory.writableSlice(0x410, 16).putLong(7).putLong(8);
      ByteBuffer takings = memory.readOnlySlice(0x400, 32);
      long eight = takings.getLong(0x18);

      assertEquals(8, eight);
      assertEquals(7, memory.getLong(0x410));
    }
  }

  @Test
  void theMemoryOfARun() throws Exception {
    var free =
        HostFunction.ofNumbers(
            "shop",
            "price",
            new Signature(List.of(I32), List.of(F64)),
            (caller, args) -> List.of(1.0));
    var takings = new AtomicLong();
    ModuleRun.of(shop)
        .hostFunctions(free)
        .threads(3)
        .atStart(memory -> memory.setLong(0x400, 1000))
        .atEnd(memory -> takings.set(memory.getLong(0x400)))
        .run()
        .orThrow();

    assertEquals(1000 + 1 + 2 + 3, takings.get());
  }

  @Test
  void aMemoryOfJavaThreads() throws Exception {
    try (var memory = LinearMemory.create(new MemoryType(1, 16, true))) {
      var waiting = memory.waitAsync32(64, 0, -1);
      waiting.thenAccept(result -> System.out.println("was " + result)); // WOKEN
      memory.setIntVolatile(64, 1);
      memory.notify(64, 1);
      waiting.join();
    }
  }

  @Test
  void boundByEmbind() {
    GuestModule module = GuestModule.load("src/test/resources/fixtures/bound.wasm");
    Object text;
    Object sum;
    try (var library = CppLibraries.open(module)) {
      text = library.call("greet", "world"); // a std::string is a String
      try (var counter = library.create("Counter", 5)) {
        sum = counter.call("add", 3);
      }
    }
    assertEquals("hello world", text);
    assertEquals(8, sum);
  }

  @Test
  void builtByWasmBindgen() {
    byte[] reversed;
    int sum;
    Object error = null;
    GuestModule module = GuestModule.load("src/test/resources/fixtures/bindgen-rayon.wasm");
    RunConfig config = RunConfig.builder().threads(4).build();
    try (var library = BindgenLibraries.open(module, config)) {
      reversed = (byte[]) library.call(BindgenType.BYTES, "reversed", new byte[] {1, 2, 3});
      sum = (int) library.call(BindgenType.INT, "share", 100); // among the four threads
      try {
        library.callFallible(BindgenType.DOUBLE, "sum", new double[0], 0L); // a Result of Rust
      } catch (BindgenException e) {
        error = e.value();
      }
    }
    assertArrayEquals(new byte[] {3, 2, 1}, reversed);
    assertEquals(5050, sum);
    assertEquals("no such word", error);
  }

  @Test
  void chosenSchedules() throws InterruptedException {
    Schedules.of(GuestModule.load("counter.wasm"))
        .threads(2)
        .args("3")
        .mixed(1000) // or .random(1000), .priorities(1000, 3), or .exhaustive(100_000)
        .seed(1)
        .expecting("i32 6", "i64 6")
        .assertAllSucceed();
  }

  @Test
  void aCheckedRun() throws InterruptedException {
    Check.of(GuestModule.load("counter.wasm")).threads(2).args("3").assertNothingFound();
  }

  @Test
  void everySnippetOfTheManualIsHere() throws IOException {
    String here = flat(Files.readAllLines(THIS));
    List<String> snippets = snippets();
    assertTrue(snippets.size() >= 7, () -> "found only " + snippets.size());
    for (String snippet : snippets) {
      assertTrue(here.contains(snippet), () -> "nothing runs this:\n" + snippet);
    }
  }

  /** The blocks of Java in the manual, without indentation; Spark's have tests of their own. */
  private static List<String> snippets() throws IOException {
    var lines = new ArrayList<String>();
    for (Path file : Manual.files()) {
      if (!file.equals(Manual.page("spark"))) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    var snippets = new ArrayList<String>();
    List<String> block = null;
    for (String line : lines) {
      if (line.equals("```java")) {
        block = new ArrayList<>();
      } else if (block != null && line.startsWith("```")) {
        snippets.add(flat(block));
        block = null;
      } else if (block != null) {
        block.add(line);
      }
    }
    return snippets;
  }

  private static String flat(List<String> lines) {
    return lines.stream().map(String::strip).collect(Collectors.joining("\n"));
  }
}
