package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.compiler.analysis.CountedLoop;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Exceptions;
import dev.wasmrun.compiler.runtime.Interrupts;
import dev.wasmrun.compiler.runtime.TailCall;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * A method that is being written: what all kinds of instructions need of it, above all the
 * operands.
 *
 * <p>The topmost operands are on the JVM's stack, {@code resident} many; those below are in
 * variables of their own. At every label the JVM's stack is empty, so operands that live across one
 * are put away before. What HotSpot makes of it knows no difference.
 *
 * <p>The classes below this one each add a kind of instruction:
 *
 * <pre>
 *   OperandEmitter ◀─ MemoryEmitter ◀─ WholeVectorEmitter ◀─ VectorEmitter ◀─ ReferenceEmitter ◀─ BranchEmitter
 *                                              ◀─ BlockEmitter ◀─ CallEmitter ◀─ PrologueEmitter ◀─ PartEmitter
 * </pre>
 */
abstract class OperandEmitter {
  /** More are put away, since the JVM's stack of a method is limited. */
  private static final int MOST_RESIDENT = 250;

  static final String EXCEPTIONS = Type.getInternalName(Exceptions.class);
  static final String INTERRUPTS = Type.getInternalName(Interrupts.class);
  static final String TAIL = Type.getInternalName(TailCall.class);
  final ModulePlan module;
  final FunctionPlan plan;
  final FunctionCode code;
  final MethodSink sink;
  final Part part;
  final PartPlan own; // null for the whole function
  final Shape shape;
  final Asm asm;
  final Variables variables;
  final NavigableMap<Integer, Part> inner = new TreeMap<>();
  int tail;
  int context;
  int store;
  int array; // of a call's results, or of boxed arguments
  int place; // of a vector in the process
  int number; // of an exit, or of an operand that others have to get under
  Operands stack;
  int resident;
  int address; // of the operation that is emitted

  OperandEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    this.module = module;
    this.plan = plan;
    this.code = plan.code;
    this.sink = sink;
    this.part = part;
    this.own = plan.plan(part);
    this.shape = Shape.of(module.types().functionType(code.index()));
    part.inner().forEach(child -> inner.put(child.from(), child));
    String name = own == null ? bodyName() : own.name();
    this.asm = new Asm(sink.method(name, descriptor()));
    this.variables = new Variables(asm, plan, own == null ? 0 : own.use().low());
  }

  private String bodyName() {
    return plan.twoForms
        ? module.halvesName(code.index())
        : module.bodyName(code.index(), plan.tailCalls);
  }

  /** The descriptor of this part's method. */
  String descriptor() {
    return own == null
        ? shape.descriptor(plan.tailCalls ? tailAndContext() : module.contextDescriptor())
        : partDescriptor(own);
  }

  String tailAndContext() {
    return "L" + TAIL + ";" + module.contextDescriptor();
  }

  String partDescriptor(PartPlan called) {
    var text = new StringBuilder("(");
    called.argumentKinds(code.locals()).forEach(kind -> text.append(Asm.descriptor(kind)));
    if (called.hasEntries()) {
      text.append('I');
    }
    if (plan.hasFrame) {
      text.append(Asm.LONGS);
      if (plan.hasExceptions) {
        text.append(Asm.EXCEPTIONS);
      }
    }
    text.append(plan.tailCalls ? tailAndContext() : module.contextDescriptor());
    return text.append(')').append(called.returned(code.locals())).toString();
  }

  /** Puts all operands of the JVM's stack away. */
  void spillAll() {
    int count = resident;
    Operands rest = stack;
    for (int i = 0; i < count; i++) {
      variables.popOperand(rest.height() - 1, rest.top());
      rest = rest.below();
    }
    resident = 0;
  }

  /** Has at least so many of the topmost operands on the JVM's stack. */
  void load(int count) {
    if (resident >= count) {
      return;
    }
    loadExactly(count);
  }

  /** Has so many of the topmost operands on the JVM's stack, and no others. */
  void loadExactly(int count) {
    if (resident != count) {
      spillAll();
      int position = stack.height() - count;
      for (Kind kind : stack.top(count)) {
        variables.pushOperand(position++, kind);
      }
      resident = count;
    }
  }

  /** The topmost operands have been taken off the JVM's stack, and results pushed. */
  void replace(int operands, List<Kind> results) {
    stack = stack.pop(operands).push(results);
    resident += results.size() - operands;
    if (resident > MOST_RESIDENT) {
      spillAll();
    }
  }

  /** Has exactly the operands of a condition on the JVM's stack, all others in their variables. */
  void prepare(int operands) {
    if (resident > operands) {
      spillAll();
    }
    loadExactly(operands);
  }

  void push(Kind kind, Runnable emit) {
    emit.run();
    replace(0, List.of(kind));
  }

  /** Takes the topmost operands off the stack, and leaves an array of them on the JVM's. */
  void box(int count) {
    spillAll();
    asm.constant(count);
    asm.out.visitIntInsn(NEWARRAY, T_LONG);
    int position = stack.height() - count;
    int index = 0;
    for (Kind kind : stack.top(count)) {
      if (kind == Kind.VECTOR) {
        boxHalf(index, position, false);
        boxHalf(index + 1, position, true);
      } else if (kind != Kind.NOTHING) {
        asm.insn(DUP);
        asm.constant(index);
        variables.pushOperand(position, kind);
        asm.toLong(kind);
        asm.insn(LASTORE);
      }
      index++;
      position++;
    }
  }

  /** Puts a half of a vector into the array on the JVM's stack. */
  private void boxHalf(int index, int position, boolean high) {
    asm.insn(DUP);
    asm.constant(index);
    variables.pushOperand(position, Kind.VECTOR);
    asm.half(high);
    asm.insn(LASTORE);
  }

  /** The kinds of values of these types in this function. */
  List<Kind> kinds(List<ValType> types) {
    return Kind.of(types, code.whole());
  }

  /** Takes results from an array on the JVM's stack, on which there are no operands. */
  void takeArray(List<Kind> results) {
    asm.storeObject(array);
    for (int i = 0; i < results.size(); i++) {
      asm.unbox(array, i, results.get(i));
      variables.popOperand(stack.height(), results.get(i));
      stack = stack.push(results.get(i));
    }
  }

  void line(int address) {
    var here = new Label();
    asm.out.visitLabel(here);
    asm.out.visitLineNumber(sink.line(address, own != null), here);
  }

  boolean isOwn(CountedLoop loop) {
    return isOwn(loop.condition())
        && isOwn(loop.increment())
        && isOwn(loop.back())
        && !plan.framed.get(loop.variable());
  }

  /** Whether an operation is not in an inner part. */
  boolean isOwn(int index) {
    return index >= part.from() && index < part.to() && innerAt(index) == null;
  }

  /** The inner part in which an operation is; null if it is in none. */
  Part innerAt(int index) {
    Map.Entry<Integer, Part> nearest = inner.floorEntry(index);
    return nearest != null && index < nearest.getValue().to() ? nearest.getValue() : null;
  }

  /** The operation, or inner part, behind one. */
  int nextOwn(int index) {
    Part child = inner.get(index);
    return child != null && child != part ? child.to() : index + 1;
  }

  /** Whether an operation that this method does itself is such a one. */
  boolean anyOwn(java.util.function.Predicate<Op> wanted) {
    return own().anyMatch(wanted);
  }

  /** The operations that this method does itself, without those of the parts in it. */
  Stream<Op> own() {
    var own = Stream.<Op>builder();
    for (int i = part.from(); i < part.to(); ) {
      Part child = inner.get(i);
      if (child != null && child != part) {
        i = child.to();
      } else {
        own.add(code.ops().get(i++));
      }
    }
    return own.build();
  }
}
