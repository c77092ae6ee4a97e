package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers over a memory that their module defines, and stacks that its malloc gives them. */
final class ShareMemoryTest {

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMemoryThatTheModuleDefinesIsSharedOnRequest(Engine engine) throws Exception {
    RunResult result = run("shares-on-request", 4).shareMemory(true).engine(engine).run().orThrow();
    assertEquals(List.of(5 + 4L, 1L), result.emitted()); // written once, started once
    assertEquals(List.of(), result.notices());
  }

  @Test
  void withoutRequestEachThreadHasItsOwn() throws Exception {
    RunResult result = run("shares-on-request", 2).run().orThrow();
    assertEquals(List.of(1L, 1L, 6L, 6L), result.emitted().stream().sorted().toList());
    assertEquals(
        List.of(
            "shares-on-request.wasm defines its memory rather than importing one;"
                + " each of the 2 threads has its own (--share-memory shares it)"),
        result.notices());
  }

  @Test
  void aModuleThatSharesItsMemoryIsTheSame() {
    GuestModule module = Fixtures.module("allocated-stacks");
    assertEquals(module, module.sharingMemory());
    GuestModule other = Fixtures.module("shares-on-request");
    assertEquals(other.sharingMemory(), other.sharingMemory());
  }

  @Test
  void whatHasNoMemoryIsRefused() {
    assertEquals(
        "cannot share the memory of add.wasm among threads: it has none",
        refusal(ModuleRun.of(GuestModule.load("add.wasm")).invoke("add").args("1", "2")));
  }

  private static String refusal(ModuleRun run) {
    return assertThrows(LinkException.class, run.shareMemory(true)::run).getMessage();
  }

  @Test
  void whatStartsItsThreadsItselfIsRefused() {
    var refused = assertThrows(UsageException.class, run("wasi-threads", 1).shareMemory(true)::run);
    assertEquals(
        "--share-memory: wasi-threads.wasm starts its threads itself (convention wasi-threads);"
            + " only workers are made to share",
        refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void mallocGivesEachWorkerItsStackAndItsThreadLocalVariables(Engine engine) throws Exception {
    int threads = 8;
    // A worker traps when it reads another's number in its frame or its variable.
    List<Long> emitted = run("allocated-stacks", threads).engine(engine).run().orThrow().emitted();
    List<Long> frames = emitted.subList(0, threads).stream().sorted().toList();
    assertTrue(frames.get(0) > 131072, frames::toString);
    for (int i = 1; i < threads; i++) {
      assertTrue(frames.get(i) - frames.get(i - 1) >= 65536, frames::toString);
    }
    assertEquals(List.of(7L, 1L), emitted.subList(threads, threads + 2));
  }

  @Test
  void aHeapWithoutRoomForAnotherStackIsToldOf() throws Exception {
    var limit = new MemoryLimit(8 * 65536);
    Outcome outcome = run("allocated-stacks", 20).memoryLimit(limit).run().outcome();
    String why = ((Outcome.Failed) outcome).cause().getMessage();
    assertTrue(
        why.matches(
            "cannot run allocated-stacks.wasm on so many threads: its malloc has no \\d+ bytes"
                + " for the stack of worker \\d+; build with a larger maximum of memory"),
        why);
  }

  private static ModuleRun run(String fixture, int threads) {
    return ModuleRun.of(Fixtures.module(fixture)).threads(threads);
  }
}
