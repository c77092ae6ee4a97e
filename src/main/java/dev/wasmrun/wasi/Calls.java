package dev.wasmrun.wasi;

import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.memory.Interruptions;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions of one version of WASI as they are being defined, and the one place where what
 * happens in them becomes an error number.
 */
final class Calls {
  private final WasiVersion version;
  private final List<HostFunction> functions = new ArrayList<>();

  Calls(WasiVersion version) {
    this.version = version;
  }

  WasiVersion version() {
    return version;
  }

  /** What a function does with the caller's memory and arguments; it returns to say success. */
  @FunctionalInterface
  interface Call {
    void run(LinearMemory memory, long[] args) throws IOException, InterruptedException;
  }

  List<HostFunction> functions() {
    return List.copyOf(functions);
  }

  /**
   * Defines a function that returns an error number.
   *
   * @param params its parameters, a letter each: i for i32, l for i64
   */
  void define(String name, String params, Call call) {
    var signature = new Signature(types(params), List.of(ValueType.I32));
    functions.add(
        new HostFunction(
            version.module(),
            name,
            signature,
            (guest, args) -> new long[] {answer(call, guest.memory(), args).code()}));
  }

  void add(HostFunction function) {
    functions.add(function);
  }

  static List<ValueType> types(String params) {
    return params.chars().mapToObj(c -> c == 'l' ? ValueType.I64 : ValueType.I32).toList();
  }

  /** The call's answer; an interrupt that has been served leaves it to be begun again. */
  private static Errno answer(Call call, LinearMemory memory, long[] args) {
    Errno answer = null;
    while (answer == null) {
      answer = answerUnlessServed(call, memory, args);
    }
    return answer;
  }

  /** Null if the thread was interrupted meanwhile, and has served that. */
  private static Errno answerUnlessServed(Call call, LinearMemory memory, long[] args) {
    try {
      call.run(memory, args);
      return Errno.SUCCESS;
    } catch (ErrnoException e) {
      return e.errno();
    } catch (ClosedByInterruptException e) {
      throw new GuestInterrupted(e); // the thread's interrupt status is set
    } catch (IOException e) {
      return Errno.of(e);
    } catch (InterruptedException e) {
      if (Interruptions.served()) {
        return null;
      }
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    } catch (ClosedDirectoryStreamException e) {
      return Errno.BADF; // another thread closed the descriptor meanwhile
    } catch (InvalidPathException e) {
      return Errno.ILSEQ; // the platform's file names cannot have such characters
    } catch (MemoryTrap e) {
      if (e.kind() == MemoryTrap.Kind.OUT_OF_BOUNDS) {
        return Errno.FAULT;
      }
      throw e;
    }
  }
}
