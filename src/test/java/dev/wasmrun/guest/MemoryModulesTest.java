package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MemoryModulesTest {
  private static final int COUNT32 = 1024;

  @Test
  void onlyTheFirstInstanceOfAModuleWritesItsData() throws InterruptedException {
    var memoryModules = new MemoryModules();
    var module = GuestModule.load("counter.wasm");
    var writes = new AtomicInteger();
    Hammer.strike(
        8,
        thread -> {
          if (memoryModules.admit(module) == ActiveData.WRITE) {
            writes.incrementAndGet();
          }
        });
    assertEquals(1, writes.get());
  }

  @Test
  void overlappingStaticDataIsRefusedWithBothRanges() {
    var memoryModules = new MemoryModules();
    memoryModules.admit(GuestModule.load("happycoin.wasm"));
    var e =
        assertThrows(
            LinkException.class, () -> memoryModules.admit(GuestModule.load("counter.wasm")));
    assertTrue(
        e.getMessage()
            .matches(".*static data at 0x4\\w+-0x4\\w+ overlaps the .* 0x4\\w+-0x4\\w+.*"),
        e::getMessage);
  }

  @Test
  void overlappingStacksAreRefused() {
    var memoryModules = new MemoryModules();
    memoryModules.admit(Fixtures.module("exports-stack-pointer"));
    var e =
        assertThrows(
            LinkException.class, () -> memoryModules.admit(Fixtures.module("needs-stack")));
    assertTrue(e.getMessage().contains("its stack at 0x0-"), e::getMessage);
    assertEquals(1, e.getMessage().lines().count());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void modulesOfTwoLanguagesAndJavaCountOnOneMemory(Engine engine) throws InterruptedException {
    var memoryModules = new MemoryModules();
    var modules = List.of(GuestModule.load("counter.wasm"), GuestModule.load("counter-c.wasm"));
    var hostFunctions =
        List.of(
            HostFunction.ofVoid("host", "emit", List.of(ValueType.I64), (guest, args) -> {}),
            HostFunction.ofVoid(
                "host", "print", List.of(ValueType.I32, ValueType.I32), (guest, args) -> {}),
            HostFunction.ofVoid(
                "env",
                "abort",
                List.of(ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32),
                (guest, args) -> {}));
    int increments = 1000;
    try (var memory = LinearMemory.create(new MemoryType(256, 1024, true))) {
      List<Guest> guests =
          modules.stream()
              .map(
                  module -> {
                    Guest guest =
                        new Linker(module, engine, hostFunctions)
                            .instantiate(Optional.of(memory), memoryModules.admit(module));
                    guest.start();
                    return guest;
                  })
              .toList();
      guests.get(0).call("setup", 3, increments);
      Hammer.strike(
          thread -> guests.get(0).call("work", 0, 3, increments),
          thread -> guests.get(1).call("work", 1, 3, increments),
          thread -> {
            for (int i = 0; i < increments; i++) {
              memory.getAndAddInt(COUNT32, 1);
            }
          });
      assertEquals(3 * increments, memory.getIntVolatile(COUNT32));
    }
  }
}
