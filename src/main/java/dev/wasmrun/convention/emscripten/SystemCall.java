package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.memory.Interruptions;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.ErrnoException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;

/** One system call of the C library; what it throws becomes a negative error number. */
@FunctionalInterface
interface SystemCall {
  int answer(LinearMemory memory, long[] args) throws IOException, InterruptedException;

  /** Adds the import of a call. */
  static void define(Map<String, Import> calls, String name, int parameters, SystemCall call) {
    calls.put("__syscall_" + name, plain(parameters, call));
  }

  /** An import that answers like a system call. */
  static Import plain(int parameters, SystemCall call) {
    return new Import(parameters, (caller, args) -> answer(caller, args, call));
  }

  /** The call's answer; a signal that comes meanwhile is handled, and the call begun again. */
  static int answer(Guest caller, long[] args, SystemCall call) {
    while (true) {
      try {
        return call.answer(caller.memory(), args);
      } catch (ErrnoException e) {
        return -e.errno().code();
      } catch (ClosedByInterruptException e) {
        throw new GuestInterrupted(e); // the thread's interrupt status is set
      } catch (IOException e) {
        return -Errno.of(e).code();
      } catch (InterruptedException e) {
        if (!Interruptions.served()) {
          Thread.currentThread().interrupt();
          throw new GuestInterrupted(e);
        }
      }
    }
  }
}
