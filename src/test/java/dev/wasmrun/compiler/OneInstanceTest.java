package dev.wasmrun.compiler;

import static dev.wasmrun.compiler.TestModule.I32;
import static dev.wasmrun.compiler.TestModule.I64;
import static dev.wasmrun.compiler.TestModule.all;
import static dev.wasmrun.compiler.TestModule.call;
import static dev.wasmrun.compiler.TestModule.code;
import static dev.wasmrun.compiler.TestModule.count;
import static dev.wasmrun.compiler.TestModule.get;
import static dev.wasmrun.compiler.TestModule.i32;
import static dev.wasmrun.compiler.TestModule.i64;
import static dev.wasmrun.compiler.TestModule.returnCall;
import static dev.wasmrun.compiler.TestModule.set;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.Hammer;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One instance that many threads call at the same time. */
final class OneInstanceTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 2_000;
  private static final int SMALL = 60;

  /** How often a round repeats a statement, so that the function is split. */
  private static final int REPEATED = 40;

  @Test
  void theSmallLimitSplits() {
    assertTrue(module().compile(SMALL).isSplit());
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, Splitting.DEFAULT_LIMIT})
  void eightThreadsGetTheirOwnResults(int limit) throws InterruptedException {
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      Instance instance = module().compile(limit).instance(memory, (unused, args) -> null);
      Hammer.strike(
          THREADS,
          thread -> {
            for (int repetition = 0; repetition < 3; repetition++) {
              long[] results = instance.export("work").apply(thread, ROUNDS);
              assertArrayEquals(new long[] {expected(thread), thread}, results);
            }
          });
      assertEquals(3 * THREADS * ROUNDS, instance.memory().readInt(0));
    }
  }

  private static long expected(int thread) {
    long sum = 0;
    for (int i = 0; i < ROUNDS; i++) {
      for (int k = 0; k < REPEATED; k++) {
        sum = sum * 31 + thread + k;
      }
      sum += i + 3L * i; // pair
      sum += 55 + thread; // tail
      sum += 45 + 2L * thread; // even and odd
    }
    return sum;
  }

  private static TestModule module() {
    TestModule module = TestModule.withoutImport();
    int pairType = module.type(List.of(I32), List.of(I32, I64));
    int tailType = module.type(List.of(I64, I32), List.of(I64));
    int workType = module.type(List.of(I32, I32), List.of(I64, I32));
    int pair =
        module.function(
            "pair", pairType, List.of(), all(get(0), get(0).bytes(0xAC), i64(3).bytes(0x7E)));
    int tail = pair + 1;
    module.function("tail", tailType, List.of(), adding(1, returnCall(tail)));
    // The same by two functions, through the table.
    int even = tail + 1;
    int odd = even + 1;
    module.function("even", tailType, List.of(), adding(1, indirect(odd, tailType)));
    module.function("odd", tailType, List.of(), adding(1, indirect(even, tailType)));
    module.function("work", workType, List.of(I64, I32, I64), work(pair, tail, even));
    return module;
  }

  /** Adds the second parameter to the first until it is 0, by a tail call. */
  private static ModuleBytes adding(int step, ModuleBytes again) {
    return all(
        get(1).bytes(0x45, 0x04, 0x40), // i32.eqz, if
        get(0).bytes(0x0F, 0x0B), // return, end
        get(0),
        get(1).bytes(0xAC, 0x7C), // i64.extend_i32_s, i64.add
        get(1),
        i32(step).bytes(0x6B), // i32.sub
        again);
  }

  private static ModuleBytes indirect(int function, int type) {
    return i32(function).bytes(0x13).unsigned(type).bytes(0);
  }

  private static ModuleBytes work(int pair, int tail, int even) {
    int sum = 2;
    int i = 3;
    int second = 4;
    var code = code().bytes(0x03, 0x40); // loop
    for (int k = 0; k < REPEATED; k++) {
      code.append(get(sum))
          .append(i64(31))
          .bytes(0x7E) // i64.mul
          .append(get(0))
          .bytes(0xAC, 0x7C) // i64.extend_i32_s, i64.add
          .append(i64(k))
          .bytes(0x7C)
          .append(set(sum));
    }
    code.append(count(0));
    code.append(get(i)).append(call(pair)).append(set(second)).bytes(0xAC);
    code.append(get(second)).bytes(0x7C);
    code.append(get(0)).bytes(0xAC).append(i32(10)).append(call(tail)).bytes(0x7C);
    code.append(i64(0)).append(i32(9)).append(call(even)).bytes(0x7C);
    code.append(get(0)).bytes(0xAC).append(i64(2)).bytes(0x7E, 0x7C);
    code.append(get(sum)).bytes(0x7C).append(set(sum));
    code.append(get(i)).append(i32(1)).bytes(0x6A).append(set(i));
    code.append(get(i)).append(get(1)).bytes(0x48, 0x0D, 0, 0x0B); // i32.lt_s, br_if 0, end
    return code.append(get(sum)).append(get(0));
  }
}
