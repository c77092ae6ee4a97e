package dev.wasmrun.check.race;

/**
 * An access to bytes that belong to nobody.
 *
 * @param address of the first of them
 */
public record Trespass(int address, RaceSide access) {}
