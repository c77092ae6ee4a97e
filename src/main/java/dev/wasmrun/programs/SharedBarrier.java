package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * A barrier in twelve bytes of linear memory, which guests and Java threads share: nobody goes on
 * before all have arrived.
 *
 * <pre>
 * address  +0             +4             +8                +12
 *         ┌──────────────┬──────────────┬─────────────────┐
 *         │ parties: i32 │ arrived: i32 │ generation: i32 │
 *         └──────────────┴──────────────┴─────────────────┘
 *           plain          atomic         atomic
 * </pre>
 *
 * <p>Reusable: the last to arrive begins the next generation, and those that sleep wait for the
 * generation to change, not for a count that the next round has already begun to use again. Nobody
 * changes the parties while threads meet.
 */
final class SharedBarrier {
  /** How many bytes it takes. */
  static final int SIZE = 12;

  private static final long FOR_EVER = -1;
  private static final int ALL = -1;

  private final LinearMemory memory;
  private final int parties;
  private final int arrived;
  private final int generation;

  /** The barrier at this address, a multiple of 4. */
  SharedBarrier(LinearMemory memory, int address) {
    this.memory = memory;
    this.parties = address;
    this.arrived = address + 4;
    this.generation = address + 8;
  }

  /** Begins with nobody there; to be called before any thread waits. */
  void setup(int expected) {
    memory.setInt(parties, expected);
    memory.setIntVolatile(arrived, 0);
    memory.setIntVolatile(generation, 0);
  }

  /** How many have to come before anybody goes on. */
  int parties() {
    return memory.getInt(parties);
  }

  /** Waits until all parties are here; returns true to exactly one of them, the last. */
  boolean await() throws InterruptedException {
    // Before arriving: afterwards the others may begin the next generation at any time.
    int mine = generation();
    if (memory.getAndAddInt(arrived, 1) + 1 == memory.getInt(parties)) {
      // Before the generation: whoever is let go may arrive again at once.
      memory.setIntVolatile(arrived, 0);
      memory.getAndAddInt(generation, 1);
      memory.notify(generation, ALL);
      return true;
    }
    while (generation() == mine) {
      memory.wait32(generation, mine, FOR_EVER);
    }
    return false;
  }

  /** How often all parties have met, modulo 2^32. */
  int generation() {
    return memory.getIntVolatile(generation);
  }
}
