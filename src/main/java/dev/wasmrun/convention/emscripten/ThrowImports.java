package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.CppExceptions;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestThrown;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The imports by which C++ exceptions and {@code longjmp} leave calls, in programs that are built
 * without the exceptions of WebAssembly.
 *
 * <pre>
 *   invoke_*(function, …)             calls; if something is thrown it says so in the guest's
 *                                     "threw" and returns 0
 *   __cxa_throw, __cxa_rethrow, …     throw; _emscripten_throw_longjmp too, whose target the guest
 *                                     has noted before
 *   __cxa_find_matching_catch_*(…)    what was thrown, and which of these types catches it
 *   __cxa_begin_catch, end_catch      around a catch block
 * </pre>
 */
final class ThrowImports {
  private static final String INVOKE = "invoke_";
  private static final String FIND = "__cxa_find_matching_catch";
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /** What one thread has thrown and is about to catch. */
  private static final class Throwing {
    /** The exception that was thrown last; 0 if a catch block has ended since. */
    private int last;

    /** The exceptions of the catch blocks in progress, innermost first. */
    private final Deque<Integer> catching = new ArrayDeque<>();

    private int uncaught;

    /** The second result of whatever returned last, in releases that leave it to the host. */
    private int secondResult;
  }

  private final ThreadLocal<Throwing> current = ThreadLocal.withInitial(Throwing::new);
  private final GuestModule module;

  /**
   * Creates the imports for a program.
   *
   * @param module the program
   */
  ThrowImports(GuestModule module) {
    this.module = module;
  }

  Map<String, Import> all() {
    var imports = new HashMap<String, Import>();
    defineThrowing(imports);
    defineCatching(imports);
    defineReferences(imports);
    imports.put(
        "setTempRet0", ofVoid(1, (caller, args) -> current.get().secondResult = (int) args[0]));
    imports.put("getTempRet0", new Import(0, (caller, args) -> current.get().secondResult));
    for (ImportedItem item : module.imports()) {
      if (item.name().startsWith(INVOKE)) {
        String types = item.name().substring(INVOKE.length());
        imports.put(item.name(), new Import(1, (caller, args) -> invoke(caller, types, args)));
      } else if (item.name().startsWith(FIND)) {
        imports.put(item.name(), new Import(0, this::findCatch));
      }
    }
    return imports;
  }

  /** A trap for what a thread has thrown and nobody caught. */
  Trap uncaught(Guest guest, GuestThrown thrown) {
    int exception = current.get().last;
    String why =
        exception == 0
            ? "a longjmp led nowhere"
            : CppExceptions.uncaught(
                    guest, ExceptionLayout.type(guest.memory(), exception), exception)
                + (catches() ? "" : "; this build catches none: build with -fexceptions");
    return guest.uncaught(thrown, why);
  }

  private boolean catches() {
    return module.imports().stream().anyMatch(item -> item.name().startsWith(FIND));
  }

  private void defineThrowing(Map<String, Import> imports) {
    imports.put(
        "__cxa_allocate_exception",
        new Import(
            1,
            (caller, args) -> {
              long header =
                  ExportCalls.required(caller, Names.MALLOC, args[0] + ExceptionLayout.SIZE)[0];
              caller.memory().fill((int) header, (byte) 0, ExceptionLayout.SIZE);
              return header + ExceptionLayout.SIZE;
            }));
    imports.put("__cxa_free_exception", ofVoid(1, (caller, args) -> free(caller, (int) args[0])));
    imports.put(
        "__cxa_throw",
        ofVoid(
            3,
            (caller, args) -> {
              int exception = (int) args[0];
              ExceptionLayout.initialise(caller.memory(), exception, (int) args[1], (int) args[2]);
              raise(caller, exception);
            }));
    imports.put("__cxa_rethrow", ofVoid(0, (caller, args) -> rethrow(caller)));
    imports.put(
        "__cxa_rethrow_primary_exception",
        ofVoid(
            1,
            (caller, args) -> {
              if ((int) args[0] != 0) {
                ExceptionLayout.setCaught(caller.memory(), (int) args[0], false);
                raise(caller, (int) args[0]);
              }
            }));
    imports.put("__resumeException", ofVoid(1, (caller, args) -> resume((int) args[0])));
    imports.put(
        "_emscripten_throw_longjmp",
        ofVoid(
            0,
            (caller, args) -> {
              throw new GuestThrown();
            }));
    imports.put(
        "__cxa_call_unexpected",
        ofVoid(0, (caller, args) -> EndImports.abort("a function threw what it says it does not")));
  }

  private void defineCatching(Map<String, Import> imports) {
    imports.put(
        "__cxa_begin_catch", new Import(1, (caller, args) -> beginCatch(caller, (int) args[0])));
    imports.put("__cxa_end_catch", ofVoid(0, (caller, args) -> endCatch(caller)));
    imports.put(
        "__cxa_get_exception_ptr", new Import(1, (caller, args) -> caught(caller, (int) args[0])));
    imports.put("llvm_eh_typeid_for", new Import(1, (caller, args) -> args[0]));
    imports.put(
        "__cxa_uncaught_exceptions", new Import(0, (caller, args) -> current.get().uncaught));
    imports.put(
        "__cxa_current_primary_exception",
        new Import(
            0,
            (caller, args) -> {
              Integer exception = current.get().catching.peek();
              if (exception == null) {
                return 0;
              }
              ExceptionLayout.addReferences(caller.memory(), exception, 1);
              return exception;
            }));
    imports.put(
        "__cxa_current_exception_type",
        new Import(
            0,
            (caller, args) -> {
              Integer exception = current.get().catching.peek();
              return exception == null ? 0 : ExceptionLayout.type(caller.memory(), exception);
            }));
  }

  private void defineReferences(Map<String, Import> imports) {
    imports.put(
        "__cxa_increment_exception_refcount",
        ofVoid(
            1,
            (caller, args) -> {
              if ((int) args[0] != 0) {
                ExceptionLayout.addReferences(caller.memory(), (int) args[0], 1);
              }
            }));
    imports.put(
        "__cxa_decrement_exception_refcount",
        ofVoid(1, (caller, args) -> release(caller, (int) args[0])));
  }

  /**
   * Calls a function of the table for the guest.
   *
   * @param types a letter for the result and for each parameter: v, i, j (an i64), f or d
   * @param args the function's index, then its arguments
   * @return its result, or 0 if something was thrown
   */
  private long invoke(Guest guest, String types, long[] args) {
    long stack = ExportCalls.required(guest, Names.STACK_SAVE)[0];
    try {
      long[] results = guest.callIndirect((int) args[0], wholeArguments(types, args));
      if (results.length == 0) {
        return 0;
      }
      if (types.charAt(0) == 'j' && isSplit(types, args)) {
        current.get().secondResult = (int) (results[0] >> Integer.SIZE);
      }
      return results[0];
    } catch (GuestThrown e) {
      ExportCalls.required(guest, Names.STACK_RESTORE, stack);
      ExportCalls.required(guest, Names.SET_THREW, 1, 0);
      return 0;
    }
  }

  /** Whether 64-bit numbers are passed in two halves, as builds for JavaScript do. */
  private static boolean isSplit(String types, long[] args) {
    return types.length() != args.length || types.indexOf('j', 1) < 0;
  }

  /** The arguments without the function's index; halves of 64-bit numbers are joined. */
  private static long[] wholeArguments(String types, long[] args) {
    var whole = new long[types.length() - 1];
    boolean split = types.length() != args.length;
    int next = 1;
    for (int i = 0; i < whole.length; i++) {
      whole[i] = args[next++];
      if (split && types.charAt(i + 1) == 'j') {
        whole[i] = whole[i] & LOW_HALF | args[next++] << Integer.SIZE;
      }
    }
    return whole;
  }

  private void raise(Guest guest, int exception) {
    ExceptionLayout.addReferences(guest.memory(), exception, 1); // until its catch block ends
    Throwing throwing = current.get();
    throwing.last = exception;
    throwing.uncaught++;
    throw new GuestThrown();
  }

  private void rethrow(Guest guest) {
    Integer exception = current.get().catching.peek();
    if (exception == null) {
      EndImports.abort("'throw;' outside any catch block");
    }
    ExceptionLayout.setCaught(guest.memory(), exception, false);
    raise(guest, exception);
  }

  private void resume(int exception) {
    Throwing throwing = current.get();
    if (throwing.last == 0) {
      throwing.last = exception;
    }
    throw new GuestThrown();
  }

  /**
   * Which of some types catches what was thrown.
   *
   * @param types addresses of type infos; 0 catches everything
   * @return the exception, or 0 if it was no exception; the second result is the type, or else that
   *     of the exception
   */
  private long findCatch(Guest guest, long[] types) {
    int exception = current.get().last;
    if (exception == 0) {
      return answer(guest, 0, 0);
    }
    LinearMemory memory = guest.memory();
    int thrown = ExceptionLayout.type(memory, exception);
    int adjusted = ExceptionLayout.adjustedAt(exception);
    memory.setInt(adjusted, exception);
    for (long type : types) {
      if ((int) type == 0 || (int) type == thrown) {
        break;
      }
      if ((int) ExportCalls.required(guest, Names.CAN_CATCH, type, thrown, adjusted)[0] != 0) {
        return answer(guest, exception, (int) type);
      }
    }
    return answer(guest, exception, thrown);
  }

  private long answer(Guest guest, int exception, int type) {
    secondResult(guest, type);
    return exception;
  }

  /** Says what the second result of the function is that is about to return to the guest. */
  void secondResult(Guest guest, int value) {
    current.get().secondResult = value;
    ExportCalls.ifExported(guest, Names.SET_SECOND_RESULT, value);
  }

  private long beginCatch(Guest guest, int exception) {
    Throwing throwing = current.get();
    if (!ExceptionLayout.isCaught(guest.memory(), exception)) {
      ExceptionLayout.setCaught(guest.memory(), exception, true);
      throwing.uncaught--;
    }
    throwing.catching.push(exception);
    return caught(guest, exception);
  }

  private void endCatch(Guest guest) {
    ExportCalls.required(guest, Names.SET_THREW, 0, 0);
    Throwing throwing = current.get();
    int exception = throwing.catching.pop();
    release(guest, exception);
    throwing.last = 0;
  }

  /** The address that a catch block gets: of an exception that is a pointer, what it points to. */
  private static long caught(Guest guest, int exception) {
    LinearMemory memory = guest.memory();
    int type = ExceptionLayout.type(memory, exception);
    if (type != 0 && (int) ExportCalls.required(guest, Names.IS_POINTER_TYPE, type)[0] != 0) {
      return memory.getInt(exception);
    }
    int adjusted = memory.getInt(ExceptionLayout.adjustedAt(exception));
    return adjusted == 0 ? exception : adjusted;
  }

  private static void release(Guest guest, int exception) {
    if (exception == 0 || ExceptionLayout.addReferences(guest.memory(), exception, -1) != 1) {
      return;
    }
    int destructor = ExceptionLayout.destructor(guest.memory(), exception);
    if (destructor != 0) {
      guest.callIndirect(destructor, exception);
    }
    free(guest, exception);
  }

  private static void free(Guest guest, int exception) {
    ExportCalls.required(guest, Names.FREE, exception - ExceptionLayout.SIZE);
  }
}
