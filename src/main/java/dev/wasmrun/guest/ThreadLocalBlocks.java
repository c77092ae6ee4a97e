package dev.wasmrun.guest;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ThreadLocals;

/** The blocks of thread-local variables of C, of which each thread's instance has one. */
final class ThreadLocalBlocks {
  private static final String SIZE = "__tls_size";
  private static final String ALIGNMENT = "__tls_align";
  private static final int USUAL_ALIGNMENT = 16;

  /** Of a block that does not tell its own: more than variables have. */
  private static final int SAFE_ALIGNMENT = 64;

  private ThreadLocalBlocks() {}

  /** Whether a module has such variables. */
  static boolean has(GuestModule module) {
    return module.exportedFunctions().containsKey(ThreadLocals.INITIALIZE);
  }

  /**
   * The size of a block in bytes.
   *
   * @throws LinkException if the module does not tell it
   */
  static int size(Guest guest) {
    if (guest.exportsGlobal(SIZE)) {
      return guest.globalInt(SIZE);
    }
    return ThreadLocals.of(guest.module())
        .map(ThreadLocals::bytes)
        .orElseThrow(
            () ->
                new LinkException(
                    "cannot run %s on several threads: it exports %s but not %s; link with --export=%s"
                        .formatted(guest.module().name(), ThreadLocals.INITIALIZE, SIZE, SIZE)));
  }

  /** What the address of a block is a multiple of. */
  static int alignment(Guest guest) {
    if (guest.exportsGlobal(ALIGNMENT)) {
      return Math.max(guest.globalInt(ALIGNMENT), 1);
    }
    return guest.exportsGlobal(SIZE) ? USUAL_ALIGNMENT : SAFE_ALIGNMENT;
  }

  /** The highest address below another that a block can have. */
  static int below(Guest guest, int address) {
    return address - size(guest) & -alignment(guest);
  }

  /** Gives an instance its block. */
  static void give(Guest guest, int block) {
    guest.call(ThreadLocals.INITIALIZE, block);
  }

  /**
   * Gives the first instance over a memory its block, at the high end of its stack, if it has none:
   * only newer linkers have the start function do that.
   */
  static void giveFirst(Guest guest) {
    GuestModule module = guest.module();
    int base = ThreadLocals.of(module).map(ThreadLocals::baseGlobal).orElse(-1);
    if (base < 0 || guest.globalAt(base) != 0 || module.stackPointerGlobal().isEmpty()) {
      return;
    }
    int block = below(guest, guest.globalAt(module.stackPointerGlobal().getAsInt()));
    guest.setStackPointer(block & -USUAL_ALIGNMENT);
    give(guest, block);
  }
}
