package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Fixtures;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WaitingFunctionsTest {
  private static final int UPDATE = 0;
  private static final int COUNT = 12;

  private final GuestModule module = Fixtures.module("waiting-functions");
  private final WaitingFunctions functions = module.waitingFunctions();

  @Test
  void thoseWaitThatWaitUpdateInALoopOrCallOneThatDoes() {
    for (int function = 0; function < COUNT; function++) {
      String name = module.functionName(function);
      assertEquals(name.startsWith("wait"), functions.waits(function), name);
    }
  }

  @Test
  void onlyACallInALoopRepeatsWhatItCalls() {
    List<String> repeating =
        IntStream.range(0, COUNT)
            .filter(function -> functions.repeats(function, UPDATE))
            .mapToObj(module::functionName)
            .toList();
    assertEquals(List.of("call_in_a_loop"), repeating);
  }
}
