package dev.wasmrun.check.race;

/**
 * One side of a race.
 *
 * @param thread the name of the thread
 * @param address of its first byte
 * @param width in bytes; 0 for a bulk operation
 * @param place where in the code it was made, in the caller's terms
 */
public record RaceSide(String thread, Touch touch, int address, int width, long place) {}
