package dev.wasmrun.bench;

import java.util.Locale;

/** Something to measure this host against. */
public enum Rival {
  /** The program's implementation in Java, in this process. */
  JAVA,
  /** The same modules on V8, in a process of their own. */
  NODE,
  /**
   * The same modules on Chicory as it comes, with its own memory and compiler, in a process of its
   * own.
   */
  CHICORY,
  /** The C source compiled for the processor, in a process of its own. */
  NATIVE;

  /** The name as users write it, such as {@code node}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
