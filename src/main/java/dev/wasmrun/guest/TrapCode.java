package dev.wasmrun.guest;

/**
 * The reason of a trap; its text is the wording of the specification's own test suite. The one
 * exception is a wait on an unshared memory, for which the suite says "expected shared memory" and
 * hosts say what was wrong.
 */
public enum TrapCode {
  UNREACHABLE("unreachable instruction executed"),
  INTEGER_DIVIDE_BY_ZERO("integer divide by zero"),
  INTEGER_OVERFLOW("integer overflow"),
  INVALID_CONVERSION("invalid conversion to integer"),
  OUT_OF_BOUNDS_MEMORY("out of bounds memory access"),
  UNALIGNED_ATOMIC("unaligned atomic"),
  WAIT_ON_UNSHARED_MEMORY("atomic wait on non-shared memory"),
  OUT_OF_BOUNDS_TABLE("out of bounds table access"),
  UNDEFINED_ELEMENT("undefined element"),
  UNINITIALIZED_ELEMENT("uninitialized element"),
  INDIRECT_CALL_TYPE_MISMATCH("indirect call type mismatch"),
  NULL_REFERENCE("null reference"),
  OUT_OF_BOUNDS_ARRAY("out of bounds array access"),
  CAST_FAILURE("cast failure"),
  CALL_STACK_EXHAUSTED("call stack exhausted"),
  UNCAUGHT_EXCEPTION("uncaught exception"),
  /** The guest asked for it, for example by a failed AssemblyScript assertion. */
  ABORT("abort");

  private final String text;

  TrapCode(String text) {
    this.text = text;
  }

  /** The text of the trap, without any detail. */
  public String text() {
    return text;
  }
}
