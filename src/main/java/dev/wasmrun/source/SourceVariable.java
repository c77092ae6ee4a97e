package dev.wasmrun.source;

/**
 * A variable that has a place of its own in memory.
 *
 * @param name with the names of what it is declared in, as {@code ring::head}
 * @param address of its first byte
 * @param size in bytes; 0 if not known
 * @param file where it is declared; empty if not known
 * @param line where it is declared, from 1; 0 if not known
 */
public record SourceVariable(String name, int address, long size, String file, int line) {
  /**
   * A byte of it in words, for example {@code counter+4 (counter.c:3)}.
   *
   * @param at the address of the byte
   */
  public String at(int at) {
    String offset = at == address ? "" : "+" + Integer.toUnsignedString(at - address);
    return name + offset + (line > 0 ? " (%s:%s)".formatted(file, line) : "");
  }
}
