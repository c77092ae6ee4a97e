package dev.wasmrun.memory;

/** What {@link CompiledAccess} makes for a memory, as the memory knows it. */
interface CompiledBounds {
  /**
   * States where the memory ends. Plain: a thread that sees an older end takes the longer way, and
   * nobody sees one beyond the reservation. Says nothing where accesses go by the memory's methods.
   */
  void bound(long end);
}
