package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntSupplier;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GuestFunctionTest {
  /** A parameter of each type, in an interface that nobody else sees. */
  private interface OfAllTypes {
    double sum(int i, long l, float f, double d);

    @Override
    boolean equals(Object other);

    default double sumOfNothing() {
      return sum(0, 0, 0, 0);
    }
  }

  private interface Two {
    int one();

    int other();
  }

  /** An interface that this library sees: it is public. */
  public interface Sum extends IntBinaryOperator {}

  @ParameterizedTest
  @EnumSource
  void itsCallsReturnWhatTheGuestReturns(Engine engine) {
    Guest guest = instantiate(GuestModule.load("add.wasm"), engine);
    GuestFunction add = guest.function("add");
    assertEquals("add (i32, i32) -> (i32)", add.toString());
    assertEquals(7, (int) add.call(3, 4)[0]);
    assertEquals(-1, add.as(IntBinaryOperator.class).applyAsInt(Integer.MAX_VALUE, 1 << 31));
    assertEquals(5, add.as(Sum.class).applyAsInt(2, 3));
    assertEquals(
        Long.MIN_VALUE,
        guest.function("add64").as(LongBinaryOperator.class).applyAsLong(Long.MAX_VALUE, 1));
  }

  @ParameterizedTest
  @EnumSource
  void valuesOfAllTypesArePassed(Engine engine) {
    GuestFunction sum = instantiate(Fixtures.module("no-work"), engine).function("foo");
    OfAllTypes typed = sum.as(OfAllTypes.class, MethodHandles.lookup());
    assertEquals(-1 - (1L << 40) - 0.5 - 3.25, typed.sum(-1, -(1L << 40), -0.5f, -3.25));
    assertEquals(0, typed.sumOfNothing());
  }

  @ParameterizedTest
  @EnumSource
  void severalResultsAreCalledForAsBits(Engine engine) {
    GuestFunction divide = instantiate(Fixtures.module("multi-value"), engine).function("divide");
    assertArrayEquals(new long[] {3, 1}, divide.call(7, 2));
  }

  @ParameterizedTest
  @EnumSource
  void whatReturnsNothingIsARunnable(Engine engine) {
    Guest guest = instantiate(Fixtures.module("traps"), engine);
    Runnable unreachable = guest.function("unreachable").as(Runnable.class);
    Trap trap = assertThrows(Trap.class, unreachable::run);
    assertEquals(TrapCode.UNREACHABLE, trap.code());
    assertEquals(1, trap.backtrace().size());
  }

  @ParameterizedTest
  @EnumSource
  void oneHandleCallsTheFunctionOfEachInstance(Engine engine) throws Throwable {
    GuestModule module = Fixtures.module("snapshot");
    GuestFunction counted = instantiate(module, engine).function("bump");
    GuestFunction other = instantiate(module, engine).function("bump");
    MethodHandle code = counted.handle();
    assertSame(code, other.handle());
    assertEquals(MethodType.methodType(int.class, GuestFunction.class), code.type());
    assertEquals(1, (int) code.invokeExact(counted));
    assertEquals(2, (int) code.invokeExact(counted));
    assertEquals(1, (int) code.invokeExact(other));
  }

  @ParameterizedTest
  @EnumSource
  void aHandleFailsAsACallDoes(Engine engine) throws Throwable {
    GuestFunction unreachable =
        instantiate(Fixtures.module("traps"), engine).function("unreachable");
    MethodHandle code = unreachable.handle();
    Trap trap = assertThrows(Trap.class, () -> code.invoke(unreachable));
    assertEquals(TrapCode.UNREACHABLE, trap.code());
    assertEquals(1, trap.backtrace().size());
    GuestFunction deep =
        instantiate(Fixtures.module("traps"), engine).function("call-stack-exhausted");
    MethodHandle endless = deep.handle();
    assertEquals(
        TrapCode.CALL_STACK_EXHAUSTED, assertThrows(Trap.class, () -> endless.invoke(deep)).code());
  }

  @Test
  void aHandleIsOfNumbersOnly() {
    GuestFunction divide =
        instantiate(Fixtures.module("multi-value"), Engine.COMPILER).function("divide");
    assertEquals(
        "divide is (i32, i32) -> (i32, i32); a handle is of numbers, and returns one at most",
        assertThrows(UsageException.class, divide::handle).getMessage());
  }

  @Test
  void theClassOfAnInterfaceIsGeneratedOnce() {
    GuestFunction add = instantiate(GuestModule.load("add.wasm"), Engine.COMPILER).function("add");
    assertSame(add.as(Sum.class).getClass(), add.as(Sum.class).getClass());
  }

  @Test
  void whatDoesNotSuitIsRefusedInOneLine() {
    Guest guest = instantiate(GuestModule.load("add.wasm"), Engine.COMPILER);
    GuestFunction add = guest.function("add");
    assertEquals(
        "add.wasm exports no function 'sub'; it exports add, add64",
        assertThrows(UsageException.class, () -> guest.function("sub")).getMessage());
    assertEquals(
        "add takes 2 arguments, got 1: it is (i32, i32) -> (i32)",
        assertThrows(UsageException.class, () -> add.call(1)).getMessage());
    assertEquals(
        "add is (i32, i32) -> (i32), which LongBinaryOperator.applyAsLong(long,long)long does not"
            + " suit: int stands for i32, long for i64, float for f32, double for f64",
        assertThrows(UsageException.class, () -> add.as(LongBinaryOperator.class)).getMessage());
    assertThrows(UsageException.class, () -> add.as(Runnable.class));
    assertThrows(UsageException.class, () -> add.as(IntSupplier.class));
    assertThrows(UsageException.class, () -> add.as(java.util.function.BinaryOperator.class));
  }

  @Test
  void whatIsNoFunctionalInterfaceIsRefused() {
    GuestFunction add = instantiate(GuestModule.load("add.wasm"), Engine.COMPILER).function("add");
    for (Class<?> type : List.of(Two.class, Cloneable.class, Number.class)) {
      assertEquals(
          type.getName() + " is no interface with one abstract method",
          assertThrows(IllegalArgumentException.class, () -> add.as(type)).getMessage());
    }
  }

  @Test
  void anInterfaceOutOfSightTakesALookup() {
    GuestFunction add = instantiate(Fixtures.module("no-work"), Engine.COMPILER).function("foo");
    String elsewhere = HiddenInterface.class.getName();
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> add.as(HiddenInterface.class, MethodHandles.publicLookup()));
    assertTrue(refused.getMessage().startsWith(elsewhere + " is out of sight"), elsewhere);
    assertEquals(1, refused.getMessage().lines().count());
  }

  private interface HiddenInterface {
    double sum(int i, long l, float f, double d);
  }

  private static Guest instantiate(GuestModule module, Engine engine) {
    return new Linker(module, engine, List.of())
        .instantiate(
            module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked)),
            ActiveData.WRITE);
  }
}
