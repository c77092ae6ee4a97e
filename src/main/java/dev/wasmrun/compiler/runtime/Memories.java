package dev.wasmrun.compiler.runtime;

import dev.wasmrun.memory.MemoryView;

/** The instructions on whole memories and on ranges of them. */
public final class Memories {
  private Memories() {}

  /** memory.size. */
  public static int size(MemoryView memory) {
    memory.sizeIsAsked();
    return memory.pages();
  }

  /** memory.grow. */
  public static int grow(int delta, MemoryView memory) {
    return memory.grow(delta);
  }

  /** memory.copy within one memory. */
  public static void copy(int to, int from, int length, MemoryView memory) {
    Interrupts.poll();
    memory.copy(to, from, length);
  }

  /** memory.copy between two memories. */
  public static void copy(int to, int from, int length, MemoryView target, MemoryView source) {
    Interrupts.poll();
    target.copy(to, from, length, source);
  }

  /** memory.fill. */
  public static void fill(int to, int value, int length, MemoryView memory) {
    Interrupts.poll();
    memory.fill((byte) value, to, to + length);
  }

  /** memory.init. */
  public static void init(int to, int from, int length, int segment, MemoryView memory) {
    Interrupts.poll();
    memory.initPassiveSegment(segment, to, from, length);
  }

  /** data.drop. */
  public static void drop(int segment, Context context) {
    context.instance.dropDataSegment(segment);
  }

  /** Has observers told of a call, as {@link MemoryView#calls} says. */
  public static void calls(int first, int second, int function, MemoryView memory) {
    memory.calls(first, second, function);
  }

  /** Has observers told of a return, as {@link MemoryView#returned} says. */
  public static void returned(int result, int function, MemoryView memory) {
    memory.returned(result, function);
  }

  /** atomic.fence. */
  public static void fence() {
    java.lang.invoke.VarHandle.fullFence();
  }
}
