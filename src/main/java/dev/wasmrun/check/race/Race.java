package dev.wasmrun.check.race;

import java.util.Optional;

/**
 * Two accesses to the same memory that nothing orders, of which one writes and one is plain.
 *
 * @param address of the first byte that both have accessed
 * @param current the access during which the race was found
 * @param earlier the other, which was told before
 * @param released the latest release of the earlier access's thread since that access, if any
 * @param acquired the latest acquire of the current access's thread, if any
 * @param orderedByLibrary whether locks inside a library have ordered them, which counts for
 *     nothing
 */
public record Race(
    int address,
    RaceSide current,
    RaceSide earlier,
    Optional<Synchronisation> released,
    Optional<Synchronisation> acquired,
    boolean orderedByLibrary) {}
