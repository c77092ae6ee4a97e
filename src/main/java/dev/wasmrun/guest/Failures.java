package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.ChicoryException;
import dev.wasmrun.engine.InstanceInUse;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Locale;

/**
 * The one place where whatever leaves a guest as a Java throwable becomes a {@link GuestFailure}.
 *
 * <p>Chicory 1.7.5 tells its traps apart by message only, and lets some failures surface as the
 * JDK's own exceptions; both are sorted out here.
 */
final class Failures {
  private static final String UNREACHABLE = "Trapped on unreachable instruction";

  private Failures() {}

  static GuestFailure of(Throwable thrown, List<SourceFrame> frames) {
    if (thrown instanceof Trap trap) {
      return trap.frames().isEmpty()
          ? new Trap(trap.code(), trap.getMessage(), trap, frames)
          : trap;
    }
    if (thrown instanceof HostFault fault && fault.frames().isEmpty()) {
      return new HostFault(fault.getMessage(), fault.getCause(), frames);
    }
    if (thrown instanceof GuestInterrupted interrupted && interrupted.frames().isEmpty()) {
      return new GuestInterrupted(interrupted.getCause(), frames); // in a host function
    }
    if (thrown instanceof GuestFailure failure) {
      return failure;
    }
    if (thrown instanceof ChicoryInterruptedException) {
      return new GuestInterrupted(thrown, frames);
    }
    if (thrown instanceof InstanceInUse) {
      return new HostFault(thrown.getMessage(), thrown, frames);
    }
    if (thrown instanceof MemoryTrap trap) {
      return ofMemory(trap, frames);
    }
    if (thrown instanceof WasmException) {
      // Without a cause: the exception has nothing to tell, and would drag its instance along.
      return trap(TrapCode.UNCAUGHT_EXCEPTION, null, frames);
    }
    if (thrown instanceof StackOverflowError) {
      return trap(TrapCode.CALL_STACK_EXHAUSTED, thrown, frames);
    }
    if (thrown instanceof ArithmeticException) {
      return trap(TrapCode.INTEGER_DIVIDE_BY_ZERO, thrown, frames);
    }
    if (thrown instanceof ChicoryException) {
      TrapCode code = codeOf(thrown.getMessage());
      if (code != null) {
        return new Trap(code, detailed(code, thrown.getMessage()), thrown, frames);
      }
    }
    if (thrown instanceof IndexOutOfBoundsException
        || thrown instanceof NegativeArraySizeException) {
      // Every access to memory is checked by our own views, so only a table is left to miss.
      return trap(TrapCode.OUT_OF_BOUNDS_TABLE, thrown, frames);
    }
    if (thrown instanceof OutOfMemoryError) {
      return new HostFault(
          "the virtual machine is out of memory: " + thrown.getMessage(), null, frames);
    }
    // A host function's own failure is told where it is called. What is left is nobody's but ours.
    return new HostFault(
        "an error in the runtime, not in the module: " + oneLine(thrown), thrown, frames);
  }

  /** The trap of an exception that nobody caught. */
  static Trap uncaught(String what, List<SourceFrame> frames) {
    String message = TrapCode.UNCAUGHT_EXCEPTION.text() + ": " + ShownNames.inFull(what);
    return new Trap(TrapCode.UNCAUGHT_EXCEPTION, message, null, frames);
  }

  private static String oneLine(Throwable thrown) {
    return thrown.toString().lines().findFirst().orElse("");
  }

  private static Trap trap(TrapCode code, Throwable cause, List<SourceFrame> frames) {
    return new Trap(code, code.text(), cause, frames);
  }

  private static GuestFailure ofMemory(MemoryTrap trap, List<SourceFrame> frames) {
    TrapCode code =
        switch (trap.kind()) {
          case OUT_OF_BOUNDS -> TrapCode.OUT_OF_BOUNDS_MEMORY;
          case UNALIGNED_ATOMIC -> TrapCode.UNALIGNED_ATOMIC;
          case WAIT_ON_UNSHARED -> TrapCode.WAIT_ON_UNSHARED_MEMORY;
          case CLOSED -> null; // the host took the memory away
        };
    return code == null
        ? new HostFault(trap.getMessage(), trap, frames)
        : new Trap(code, trap.getMessage(), trap, frames);
  }

  /** The trap's text and what the runtime says beyond it, such as the index of an element. */
  private static String detailed(TrapCode code, String message) {
    return message.toLowerCase(Locale.ROOT).startsWith(code.text())
        ? code.text() + message.substring(code.text().length())
        : code.text();
  }

  private static TrapCode codeOf(String message) {
    if (message == null) {
      return null;
    }
    if (message.startsWith(UNREACHABLE)) {
      return TrapCode.UNREACHABLE;
    }
    String text = message.toLowerCase(Locale.ROOT);
    if (text.startsWith("null ") || text.matches("trapped on \\w+ on null .*reference")) {
      return TrapCode.NULL_REFERENCE;
    }
    for (TrapCode code : TrapCode.values()) {
      if (text.startsWith(code.text())) {
        return code;
      }
    }
    return null;
  }
}
