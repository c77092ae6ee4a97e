package dev.wasmrun.compiler;

import static dev.wasmrun.compiler.TestModule.I32;
import static dev.wasmrun.compiler.TestModule.all;
import static dev.wasmrun.compiler.TestModule.call;
import static dev.wasmrun.compiler.TestModule.code;
import static dev.wasmrun.compiler.TestModule.count;
import static dev.wasmrun.compiler.TestModule.get;
import static dev.wasmrun.compiler.TestModule.i32;
import static dev.wasmrun.compiler.TestModule.returnCall;
import static dev.wasmrun.compiler.TestModule.set;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compiled code that would run for ever, and an interrupt. */
final class InterruptedCodeTest {
  private static final int SMALL = 40;
  private static final Duration UNTIL_HOT = Duration.ofSeconds(20);
  private static final long DEADLINE_MILLIS = 10_000;

  @ParameterizedTest
  @CsvSource({
    "loop, true",
    "inner, true",
    "nested, true",
    "self, true",
    "mutual, true",
    "indirect, true",
    "recursion, true",
    "throwing, true",
    "tight, true",
    "loop, false",
    "inner, false",
    "nested, false",
    "self, false",
    "mutual, false",
    "indirect, false",
    "recursion, false",
    "throwing, false",
    "tight, false"
  })
  void itEndsAndTheInstanceCanBeUsedAgain(String kind, boolean split) throws InterruptedException {
    var compiled = module().compile(split ? SMALL : Splitting.DEFAULT_LIMIT);
    assertEquals(split, compiled.isSplit());
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      Instance instance = compiled.instance(memory, (caller, args) -> null);
      var thrown = new AtomicReference<Throwable>();
      var thread =
          new Thread(
              () -> {
                try {
                  instance.export(kind).apply();
                } catch (RuntimeException | StackOverflowError e) {
                  thrown.set(e);
                }
              });
      thread.setDaemon(true);
      thread.start();
      HotCode.await(thread, frame -> true, UNTIL_HOT);
      thread.interrupt();
      thread.join(DEADLINE_MILLIS);
      assertFalse(thread.isAlive(), "still runs");
      assertInstanceOf(ChicoryInterruptedException.class, thrown.get());
      assertArrayEquals(new long[] {42}, instance.export("answer").apply(40));
    }
  }

  private static TestModule module() {
    TestModule module = TestModule.withoutImport();
    int answer = module.type(List.of(I32), List.of(I32));
    int loop = module.function("loop", 0, List.of(), all(weight(), endless(weight()), weight()));
    // The loop is in a block whose other code is heavy, so that it gets a part of its own.
    module.function(
        "inner",
        0,
        List.of(I32),
        all(
            weight(),
            code().bytes(0x02, 0x40), // block
            weight(),
            endless(all(get(0), i32(1).bytes(0x6A), set(0))),
            weight(),
            code().bytes(0x0B),
            weight()));
    // Two loops, of which the inner one ends after three iterations.
    module.function(
        "nested",
        0,
        List.of(I32),
        endless(
            all(
                i32(3),
                set(0),
                code().bytes(0x03, 0x40),
                weight(),
                get(0),
                i32(1).bytes(0x6B, 0x22).unsigned(0), // local.tee
                code().bytes(0x0D, 0, 0x0B)))); // br_if 0, end
    int self = loop + 3;
    module.function("self", 0, List.of(), all(weight(), returnCall(self)));
    int mutual = self + 1;
    int other = mutual + 1;
    module.function("mutual", 0, List.of(), all(weight(), returnCall(other)));
    module.function("other", 0, List.of(), returnCall(mutual));
    int indirect = other + 1;
    module.function("indirect", 0, List.of(), i32(indirect).bytes(0x13, 0, 0));
    int twice = indirect + 1;
    // Calls itself twice, 60 deep: no loop, no deep stack, and no end.
    module.function(
        "twice",
        answer,
        List.of(),
        all(
            get(0).bytes(0x45, 0x04, 0x40), // i32.eqz, if
            i32(1).bytes(0x0F, 0x0B), // return, end
            get(0),
            i32(1).bytes(0x6B),
            call(twice),
            get(0),
            i32(1).bytes(0x6B),
            call(twice).bytes(0x6A)));
    module.function("recursion", 0, List.of(), all(i32(60), call(twice).bytes(0x1A)));
    // A loop whose only way back is a handler's branch.
    module.function(
        "throwing",
        0,
        List.of(),
        code().bytes(0x03, 0x40, 0x1F, 0x40, 1, 2, 0, 0x08, 0, 0x0B, 0x0B));
    module.function("tight", 0, List.of(), code().bytes(0x03, 0x40, 0x0C, 0, 0x0B));
    module.function("answer", answer, List.of(), all(get(0), i32(2).bytes(0x6A)));
    return module;
  }

  private static ModuleBytes endless(ModuleBytes body) {
    return all(code().bytes(0x03, 0x40), body, code().bytes(0x0C, 0, 0x0B)); // loop, br 0, end
  }

  /** Enough to be split by the small limit. */
  private static ModuleBytes weight() {
    var code = code();
    for (int i = 0; i < 12; i++) {
      code.append(count(8 * i));
    }
    return code;
  }
}
