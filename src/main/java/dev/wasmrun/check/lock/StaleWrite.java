package dev.wasmrun.check.lock;

/**
 * A write under a lock that may depend on what the thread has read when it held the lock before.
 *
 * @param address of the word
 * @param lock its address
 * @param thread the name of the thread
 */
public record StaleWrite(int address, int lock, String thread, Places places) {

  /** Where the word was read and written, in the terms of whoever told it. */
  public record Places(long read, long written) {}
}
