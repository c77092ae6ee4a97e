package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.StackFrame;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.compiler.code.RelaxedOps;
import dev.wasmrun.compiler.code.VectorOp;
import dev.wasmrun.compiler.runtime.Exceptions;
import dev.wasmrun.compiler.runtime.LibraryCalls;
import dev.wasmrun.memory.Interruptions;
import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.memory.MemoryView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Chicory's interpreter with a record of which guest functions are active.
 *
 * <p>Interpreted calls leave no Java frame that names the function, and the interpreter's own
 * frames do not tell theirs.
 *
 * <p>Used by one thread at a time, which is checked, but for {@link #active()}.
 */
final class TracingInterpreter extends InterpreterMachine {
  private static final VarHandle USER = user();

  /** The interpreters whose calls are in progress on a thread, the innermost first. */
  private static final ThreadLocal<Deque<TracingInterpreter>> CALLED =
      ThreadLocal.withInitial(ArrayDeque::new);

  /**
   * The thread whose calls are in progress; null between calls. Others find out by {@link #USER}.
   */
  private volatile Thread user;

  // Written by the thread that runs the guest. Another may read them while that one is blocked, of
  // which it has learnt through a lock; at other times it sees what it sees, but within bounds.
  private int[] active = new int[64];

  /** Likewise: the frame of each function as it executes; null for one that is imported. */
  private StackFrame[] frames = new StackFrame[64];

  private int depth;

  private final RelaxedOps relaxedOps;

  private Throwable failure;
  private int[] activeAtFailure = {};
  private StackFrame[] framesAtFailure = {};

  private final LibraryCalls told;

  TracingInterpreter(Instance instance) {
    this(instance, LibraryCalls.NONE);
  }

  /**
   * An interpreter.
   *
   * @param told the functions of whose calls an observer of the memory is told
   */
  TracingInterpreter(Instance instance, LibraryCalls told) {
    super(instance);
    relaxedOps = new RelaxedOps(instance.module());
    this.told = told;
  }

  /**
   * Calls a function; a host function that it calls may call again.
   *
   * @throws InstanceInUse if another thread is in a call
   */
  @Override
  public long[] call(int function, long[] args) {
    Thread current = Thread.currentThread();
    if (user == current) {
      return super.call(function, args);
    }
    if (!USER.compareAndSet(this, null, current)) {
      throw new InstanceInUse(user, current);
    }
    try {
      return super.call(function, args);
    } finally {
      user = null;
    }
  }

  private static VarHandle user() {
    try {
      return MethodHandles.lookup().findVarHandle(TracingInterpreter.class, "user", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  protected long[] call(
      MStack stack,
      Instance instance,
      Deque<StackFrame> callStack,
      int function,
      long[] args,
      FunctionType callType,
      boolean popResults) {
    boolean outermost = depth == 0;
    executes(callStack.peek());
    enter(function);
    if (outermost) {
      CALLED.get().push(this);
    }
    if (stack.size() == 0) {
      support(stack, instance);
    }
    int height = stack.size();
    try {
      int next = function;
      long[] given = args;
      FunctionType type = callType;
      while (true) {
        try {
          return callOnce(stack, instance, callStack, next, given, type, popResults);
        } catch (InterpretedTailCall tail) {
          drop(stack, height);
          active[depth - 1] = tail.function;
          frames[depth - 1] = null;
          next = tail.function;
          given = tail.args;
          type = null;
        }
      }
    } catch (RuntimeException e) {
      if (failure != e) { // else an inner call has recorded it already
        failure = e;
        activeAtFailure = Arrays.copyOf(active, depth);
        framesAtFailure = Arrays.copyOf(frames, depth); // which nobody executes any more
      }
      drop(stack, height); // a host function in between may catch this, and its caller go on
      throw e;
    } finally {
      depth--;
      if (outermost) {
        CALLED.get().pop();
      }
    }
  }

  private static void drop(MStack stack, int height) {
    while (stack.size() > height) {
      stack.pop();
    }
  }

  /** Calls a function, up to its end or its tail call. */
  private long[] callOnce(
      MStack stack,
      Instance instance,
      Deque<StackFrame> callStack,
      int function,
      long[] args,
      FunctionType callType,
      boolean popResults) {
    if (instance.function(function) == null) {
      return callImport(stack, function, args, callType, popResults);
    }
    LibraryFunction known = told.at(function);
    return known == null
        ? super.call(stack, instance, callStack, function, args, callType, popResults)
        : callTold(known, stack, instance, callStack, function, args, callType, popResults);
  }

  /** Calls a function of which an observer is told; it has one result at most. */
  private long[] callTold(
      LibraryFunction known,
      MStack stack,
      Instance instance,
      Deque<StackFrame> callStack,
      int function,
      long[] args,
      FunctionType callType,
      boolean popResults) {
    var memory = (MemoryView) instance.memory();
    int first = args.length > 0 ? (int) args[0] : 0;
    int second = args.length > 1 ? (int) args[1] : 0;
    asCaller(() -> memory.calls(first, second, known.ordinal()));
    int height = stack.size();
    long[] results = super.call(stack, instance, callStack, function, args, callType, popResults);
    int result = result(results, stack, height);
    asCaller(() -> memory.returned(result, known.ordinal()));
    return results;
  }

  private static int result(long[] results, MStack stack, int height) {
    if (results != null && results.length > 0) {
      return (int) results[0];
    }
    return stack.size() > height ? (int) stack.peek() : 0;
  }

  /** Tells what the caller of the function that is called does, as compiled code has it. */
  private void asCaller(Runnable tell) {
    depth--;
    try {
      tell.run();
    } finally {
      depth++;
    }
  }

  /**
   * Puts values at the bottom of an empty stack that nobody uses. Where a block is left or a loop
   * goes back, Chicory 1.7.5 takes as many from the stack as the block has results and parameters,
   * even those beneath it, and puts them back; but if there are too few, they come back in other
   * places.
   */
  private static void support(MStack stack, Instance instance) {
    int most = 2; // the result of a block whose type is no function's
    for (FunctionType type : instance.module().typeSection().types()) {
      if (type != null) { // else it is one of structures or arrays
        most = Math.max(most, ValType.sizeOf(type.params()) + ValType.sizeOf(type.returns()));
      }
    }
    for (int i = 0; i < most; i++) {
      stack.push(0);
    }
  }

  /** Calls an imported function; unlike Chicory, leaves to the caller what it throws. */
  private long[] callImport(
      MStack stack, int function, long[] args, FunctionType callType, boolean popResults) {
    if (Thread.currentThread().isInterrupted() && !Interruptions.served()) {
      throw new ChicoryInterruptedException("Thread interrupted");
    }
    Instance instance = instance();
    if (callType != null) {
      FunctionType type = instance.type(instance.functionType(function));
      verifyIndirectCall(type, callType, instance.module().typeSection());
    }
    long[] results = instance.imports().function(function).handle().apply(instance, args);
    if (popResults) {
      return results;
    }
    if (results != null) {
      for (long result : results) {
        stack.push(result);
      }
    }
    return null;
  }

  /**
   * Executes a function. What is thrown in it or in what it calls arrives here, and goes on in this
   * function's handler or leaves it.
   */
  @Override
  protected void eval(MStack stack, Instance instance, Deque<StackFrame> callStack) {
    int height = callStack.size();
    frames[depth - 1] = callStack.peek();
    while (true) {
      try {
        super.eval(stack, instance, callStack);
        return;
      } catch (WasmException e) {
        unwind(callStack, height);
        executes(callStack.peek());
        if (!handle(e, stack, instance, callStack.peek())) {
          unwind(callStack, height - 1);
          throw e;
        }
      } catch (RuntimeException e) {
        unwind(callStack, height);
        executes(callStack.peek());
        unwind(callStack, height - 1); // A tail call's frame is left by none but this.
        throw e;
      }
    }
  }

  /** Executes what Chicory's interpreter has no instruction for: those on vectors, and carriers. */
  @Override
  protected void evalDefault(
      MStack stack,
      Instance instance,
      Deque<StackFrame> callStack,
      Instruction instruction,
      Operands operands) {
    if (InterpretedAccess.isCarried(instruction)) {
      InterpretedAccess.execute(instruction, stack, instance);
      return;
    }
    VectorOp op = relaxedOps.at(instruction.address(), VectorOp.of(instruction.opcode()));
    if (op == null) {
      super.evalDefault(stack, instance, callStack, instruction, operands);
    } else {
      InterpretedVectors.execute(op, instruction, stack, instance);
    }
  }

  private static boolean handle(
      WasmException exception, MStack stack, Instance instance, StackFrame frame) {
    return InterpretedExceptions.handle(
        exception,
        instance,
        stack,
        key -> {
          var alone = new ArrayDeque<StackFrame>(); // No caller is to handle it yet.
          alone.push(frame);
          THROW_REF(instance, key, stack, frame, alone);
        });
  }

  private static void unwind(Deque<StackFrame> callStack, int height) {
    while (callStack.size() > height) {
      callStack.pop();
    }
  }

  /** As {@link InterpretedTables#execute}, if this class executes the instruction. */
  static void executeRange(Instruction range, MStack stack) {
    of(stack)
        .ifPresent(interpreter -> InterpretedTables.execute(range, stack, interpreter.instance()));
  }

  /** As {@link InterpretedMemories#copy}, if this class executes the instruction. */
  static void copyMemory(Instruction copy, MStack stack) {
    of(stack)
        .ifPresent(interpreter -> InterpretedMemories.copy(copy, stack, interpreter.instance()));
  }

  /** The interpreter of this class whose stack this is, if it is at work on the current thread. */
  private static Optional<TracingInterpreter> of(MStack stack) {
    return CALLED.get().stream().filter(interpreter -> interpreter.stack() == stack).findFirst();
  }

  /**
   * Throws what a {@code throw} or {@code throw_ref} is about to throw, if the interpreter whose
   * stack this is belongs to this class.
   */
  static void raise(Instruction instruction, MStack stack) {
    of(stack)
        .ifPresent(
            interpreter -> {
              throw interpreter.thrown(instruction);
            });
  }

  /** Makes a tail call to a function of the same instance, if this class executes it. */
  static void callTail(Instruction call, MStack stack) {
    of(stack).ifPresent(interpreter -> interpreter.leave(call));
  }

  private void leave(Instruction call) {
    Instance instance = instance();
    int function = InterpretedTailCall.target(call, stack(), instance);
    if (function == InterpretedTailCall.ELSEWHERE) {
      return;
    }
    int type = instance.functionType(function);
    if (call.opcode() == OpCode.RETURN_CALL_INDIRECT) {
      verifyIndirectCallByTypeIdx(type, (int) call.operand(0), instance.module().typeSection());
    }
    throw new InterpretedTailCall(
        function, extractArgsForParams(stack(), instance.type(type).params()));
  }

  private WasmException thrown(Instruction instruction) {
    if (instruction.opcode() == OpCode.THROW_REF) {
      return Exceptions.thrown(Exceptions.numbered(stack().pop()));
    }
    Instance instance = instance();
    int tag = (int) instruction.operand(0);
    FunctionType type = instance.tag(tag).type();
    return new WasmException(instance, tag, extractArgsForParams(stack(), type.params()));
  }

  /** The functions active when {@code thrown} was raised, innermost first. */
  List<ActiveFunction> activeAt(Throwable thrown) {
    return thrown == failure
        ? InterpretedFrames.active(instance(), activeAtFailure, framesAtFailure)
        : active();
  }

  /** The functions active now, innermost first; another thread may ask, see the field. */
  List<ActiveFunction> active() {
    int[] functions = active;
    StackFrame[] executed = frames;
    int count = Math.min(depth, Math.min(functions.length, executed.length));
    return InterpretedFrames.active(
        instance(), Arrays.copyOf(functions, count), Arrays.copyOf(executed, count));
  }

  /** The functions that interpreters execute on the current thread, innermost first. */
  static List<ActiveFunction> activeFunctions() {
    var functions = new ArrayList<ActiveFunction>();
    CALLED.get().forEach(interpreter -> functions.addAll(interpreter.active()));
    return functions;
  }

  private void enter(int function) {
    if (depth == active.length) {
      active = Arrays.copyOf(active, depth * 2);
      frames = Arrays.copyOf(frames, depth * 2);
    }
    frames[depth] = null;
    active[depth++] = function;
  }

  /** What the innermost function executes; after a tail call it has another frame. */
  private void executes(StackFrame frame) {
    if (depth > 0 && frames[depth - 1] != null) {
      frames[depth - 1] = frame;
    }
  }
}
