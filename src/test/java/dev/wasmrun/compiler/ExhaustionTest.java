package dev.wasmrun.compiler;

import static dev.wasmrun.compiler.TestModule.I32;
import static dev.wasmrun.compiler.TestModule.all;
import static dev.wasmrun.compiler.TestModule.call;
import static dev.wasmrun.compiler.TestModule.code;
import static dev.wasmrun.compiler.TestModule.count;
import static dev.wasmrun.compiler.TestModule.get;
import static dev.wasmrun.compiler.TestModule.i32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.guest.GuestFailures;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compiled recursion without an end, and the instance after it. */
final class ExhaustionTest {
  private static final int SMALL = 40;

  @ParameterizedTest
  @CsvSource({
    "direct, true", "mutual, true", "indirect, true", "caught, true", "values, true",
    "host, true", "inTail, true", "direct, false", "mutual, false", "indirect, false",
    "caught, false", "values, false", "host, false", "inTail, false"
  })
  void itTrapsAndTheInstanceCanBeUsedAgain(String kind, boolean split) {
    var compiled = module().compile(split ? SMALL : Splitting.DEFAULT_LIMIT);
    assertEquals(split, compiled.isSplit());
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      Instance instance =
          compiled.instance(
              memory,
              (caller, args) -> {
                caller.export("host").apply();
                return null;
              });
      for (int i = 0; i < 3; i++) {
        Throwable thrown = assertThrows(Throwable.class, () -> instance.export(kind).apply());
        var failure = GuestFailures.of(thrown);
        assertTrue(failure instanceof Trap, () -> failure.toString());
        assertEquals(TrapCode.CALL_STACK_EXHAUSTED, ((Trap) failure).code());
        assertArrayEquals(new long[] {42}, instance.export("answer").apply(40));
      }
    }
  }

  private static TestModule module() {
    TestModule module = TestModule.withImport();
    int answer = module.type(List.of(I32), List.of(I32));
    int values = module.type(List.of(I32, I32, I32), List.of(I32, I32, I32));
    int direct = 1;
    module.function("direct", 0, List.of(), heavy(call(direct)));
    int mutual = direct + 1;
    int other = mutual + 1;
    module.function("mutual", 0, List.of(), all(call(other), weight()));
    module.function("other", 0, List.of(), heavy(call(mutual)));
    int indirect = other + 1;
    module.function("indirect", 0, List.of(), heavy(i32(indirect).bytes(0x11, 0, 0)));
    int caught = indirect + 1;
    // A block, in it a try_table that catches all into the block.
    module.function(
        "caught",
        0,
        List.of(),
        all(
            code().bytes(0x02, 0x40, 0x1F, 0x40, 1, 2, 0),
            heavy(call(caught)),
            code().bytes(0x0B, 0x0B),
            weight()));
    int inner = caught + 1;
    module.function("inner", values, List.of(), all(get(0), get(1), get(2), call(inner), weight()));
    module.function(
        "values",
        0,
        List.of(),
        all(i32(1), i32(2), i32(3), call(inner), code().bytes(0x1A, 0x1A, 0x1A)));
    module.function("host", 0, List.of(), heavy(call(0)));
    int inTail = inner + 3;
    int behind = inTail + 1;
    // A call that is none of a tail, in a function that one of a tail leads to.
    module.function("inTail", 0, List.of(), all(weight(), TestModule.returnCall(behind)));
    module.function("behind", 0, List.of(), all(call(inTail), weight()));
    module.function("answer", answer, List.of(), all(get(0), i32(2).bytes(0x6A)));
    return module;
  }

  /** Something in a block that the small limit makes a part of. */
  private static ModuleBytes heavy(ModuleBytes code) {
    return all(code().bytes(0x02, 0x40), weight(), code, weight(), code().bytes(0x0B));
  }

  /** Enough to be split by the small limit. */
  private static ModuleBytes weight() {
    var code = code().bytes(0x02, 0x40); // block
    for (int i = 0; i < 24; i++) {
      code.append(count(8 * i));
    }
    return code.bytes(0x0B);
  }
}
