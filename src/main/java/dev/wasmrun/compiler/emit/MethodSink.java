package dev.wasmrun.compiler.emit;

import org.objectweb.asm.MethodVisitor;

/** A class that is being written, as a method of it sees it. */
interface MethodSink {
  /** Begins a static method. */
  MethodVisitor method(String name, String descriptor);

  /**
   * The line number that stands for a place in the module's file.
   *
   * @param part whether the method is a part, and so no frame of the guest's own
   */
  int line(int address, boolean part);

  /** The static field that holds an order of a vector's bytes, by where each is from. */
  String order(byte[] order);

  /** The class, as class files have it. */
  String name();
}
