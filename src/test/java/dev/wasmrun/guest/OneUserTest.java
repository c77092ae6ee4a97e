package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One interpreted instance and several threads. */
@Timeout(60)
final class OneUserTest {
  private static final Signature PRICE =
      new Signature(List.of(ValueType.I32), List.of(ValueType.F64));

  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private static Guest guest(HostFunction.Body price) {
    GuestModule module = Fixtures.module("prices");
    var linker =
        new Linker(
            module, Engine.INTERPRETER, List.of(new HostFunction("shop", "price", PRICE, price)));
    return linker.instantiate(
        module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked)),
        ActiveData.WRITE);
  }

  private long[] block() {
    inside.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new long[] {Double.doubleToRawLongBits(2)};
  }

  private static double total(Guest guest, int count) {
    return Double.longBitsToDouble(guest.call("total", count)[0]);
  }

  @Test
  void aSecondThreadIsRefusedWhileTheFirstIsInACall() throws Exception {
    Guest guest = guest((caller, args) -> block());
    var first =
        CompletableFuture.supplyAsync(
            () -> total(guest, 3), body -> new Thread(body, "1st").start());
    inside.await();
    Thread.currentThread().setName("2nd");
    var refused = assertThrows(HostFault.class, () -> total(guest, 3));
    assertEquals(
        "thread 2nd calls an instance in which thread 1st is, and an interpreter runs one at a time; give each thread an instance of its own",
        refused.getMessage());
    goOn.countDown();
    assertEquals(6, first.get());
    assertEquals(6, total(guest, 3)); // the first is out, and nothing of its call was disturbed
  }

  @Test
  void aHostFunctionMayCallTheInstanceThatCalledIt() {
    Guest guest =
        guest(
            (caller, args) -> {
              double price = args[0] == 0 ? 1 : total(caller, (int) args[0]);
              return new long[] {Double.doubleToRawLongBits(price)};
            });
    assertEquals(1, total(guest, 1));
    assertEquals(2, total(guest, 2));
    assertEquals(4, total(guest, 3));
  }

  @Test
  void aCallThatFailsLeavesTheInstanceToTheNextThread() throws Exception {
    Guest guest =
        guest(
            (caller, args) -> {
              throw new IllegalStateException("sold out");
            });
    assertThrows(HostFault.class, () -> total(guest, 1));
    var other = new CompletableFuture<Optional<Double>>();
    var thread =
        new Thread(
            () -> {
              try {
                other.complete(Optional.of(total(guest, 0)));
              } catch (GuestFailure e) {
                other.completeExceptionally(e);
              }
            });
    thread.start();
    assertEquals(Optional.of(0.0), other.get());
  }
}
