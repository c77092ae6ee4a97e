package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.MStack;

/**
 * The product of i32.mul in interpreted code. Chicory 1.7.5 leaves one of 64 bits on the stack, and
 * its {@code if} looks at all of them: of 65536 times 65536 it takes the wrong branch.
 */
final class InterpretedProduct {
  private InterpretedProduct() {}

  /** Before the instruction: leaves factors whose product is that of 32 bits. */
  static void narrow(MStack stack) {
    int product = (int) (stack.pop() * stack.pop());
    stack.push(product);
    stack.push(1);
  }
}
