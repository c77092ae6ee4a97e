package dev.wasmrun.programs;

/**
 * The place to which a program delivers its results, as a guest does through module {@code host}.
 */
public interface Results {
  /** Takes one result, an unsigned number. */
  void emit(long value);

  /** Takes text as it is to be shown, with the newlines it needs. */
  void print(String text);
}
