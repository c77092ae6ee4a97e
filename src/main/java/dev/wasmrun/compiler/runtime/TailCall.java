package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.TableInstance;

/**
 * A call that the function which asked for it has left to its caller, so that it needs no stack.
 *
 * <pre>
 *   f: asked ◀─ a new one, body of f ──▶ results
 *       ▲                     │ return_call g: leaves g and its arguments here, and returns
 *       └── body of g ◀── run ┘ as long as there is a call left here
 * </pre>
 *
 * <p>Belongs to one call of a function that makes tail calls, and so to one thread.
 */
public final class TailCall {
  private Machine machine;
  private int function;
  private long[] args;

  /** Of a call that has asked for nothing yet. */
  public TailCall() {}

  /** Whether a call is left to be made. */
  public boolean pending() {
    return args != null;
  }

  /** return_call: leaves a call of a function of the instance. */
  public void call(long[] arguments, int callee, Context context) {
    machine = context.instance.getMachine();
    function = callee;
    args = arguments;
  }

  /** return_call_indirect: leaves a call of what {@link Tables#callee} has found. */
  public void callElement(long[] arguments, int callee, int table, Context context) {
    if (callee >= 0) {
      call(arguments, callee, context);
      return;
    }
    TableInstance elements = context.table(table);
    int index = Tables.foreignIndex(callee);
    Instance owner = elements.instance(index);
    machine = owner.getMachine();
    function = elements.requiredRef(index);
    args = arguments;
  }

  /** Makes the calls that are left, one after the other; the results of the last. */
  public long[] run() {
    long[] results = null;
    while (args != null) {
      long[] arguments = args;
      args = null;
      Interrupts.poll();
      results =
          machine instanceof CompiledMachine compiled
              ? compiled.tailCall(function, arguments, this)
              : machine.call(function, arguments);
    }
    return results;
  }
}
