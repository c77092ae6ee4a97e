package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.memory.LibraryFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import org.objectweb.asm.Label;

/** Adds calls: of functions, in tail position, and of the function's own parts. */
abstract class CallEmitter extends BlockEmitter {
  final Label start = new Label();

  CallEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  /** Has the arguments of a call on the JVM's stack. */
  void arguments(Shape callee) {
    int count = callee.params().size();
    if (!callee.boxed() && stack.top(count).contains(Kind.VECTOR)) {
      spillAll();
      halves(count);
      resident = count;
    } else if (callee.boxed()) {
      box(callee.params().size());
    } else if (callee.results().size() > 1) {
      spillAll();
      loadExactly(callee.params().size());
    } else {
      load(callee.params().size());
    }
  }

  /** Pushes the topmost operands, vectors as two halves. */
  private void halves(int count) {
    int position = stack.height() - count;
    for (Kind kind : stack.top(count)) {
      variables.pushOperand(position, kind);
      if (kind == Kind.VECTOR) {
        asm.half(false);
        variables.pushOperand(position, kind);
        asm.half(true);
      }
      position++;
    }
  }

  /** Takes what a method has returned. */
  void returned(Shape callee, FunctionType type) {
    int params = callee.params().size();
    if (callee.boxed()) {
      resident = params; // what stood for them is gone, and nothing else is on the JVM's stack
    }
    if (callee.results().size() > 1) {
      resident = 0;
      stack = stack.pop(params);
      takeArray(kinds(type.returns()));
    } else {
      replace(params, callee.results());
    }
  }

  void call(Op op) {
    int callee = op.index();
    FunctionType type = module.types().functionType(callee);
    Shape called = Shape.of(type);
    arguments(called);
    LibraryFunction told = module.told(callee);
    if (told != null) {
      tellCall(op, told, called.params());
    }
    line(op.address());
    asm.loadObject(context);
    asm.call(
        module.owner(callee), module.name(callee), called.descriptor(module.contextDescriptor()));
    returned(called, type);
    if (told != null) {
      tellReturn(told, called.results().size());
    }
  }

  /**
   * Tells observers of a call whose arguments are on the JVM's stack; of the arguments themselves
   * if there are at most three, of 32 bits each; of the first two, that is.
   */
  private void tellCall(Op op, LibraryFunction told, List<Kind> parameters) {
    locate(op, 0);
    if (parameters.equals(List.of(Kind.INT))) {
      asm.insn(DUP, ICONST_0);
    } else if (parameters.equals(List.of(Kind.INT, Kind.INT))) {
      asm.insn(DUP2);
    } else if (parameters.equals(List.of(Kind.INT, Kind.INT, Kind.INT))) {
      asm.insn(DUP_X2, POP, DUP2_X1); // a b c, c a b, a b c a b
    } else {
      asm.insn(ICONST_0, ICONST_0);
    }
    asm.constant(told.ordinal());
    pushMemory(0);
    asm.call(MEMORIES, "calls", "(IIIL" + MEMORY + ";)V");
  }

  /** Tells observers of a return whose result is on the JVM's stack, if there is one. */
  private void tellReturn(LibraryFunction told, int results) {
    asm.insn(results == 0 ? ICONST_0 : DUP);
    asm.constant(told.ordinal());
    pushMemory(0);
    asm.call(MEMORIES, "returned", "(IIL" + MEMORY + ";)V");
  }

  void callIndirect(Op op) {
    Shape called = Shape.of(module.types().type(op.index()));
    prepareCallee(called);
    line(op.address());
    pushCallee(op);
    asm.constant(op.code() == OpCode.CALL_INDIRECT ? (int) op.b() : 0);
    asm.loadObject(context);
    int type = module.types().canonicalType(op.index());
    asm.call(
        module.dispatchOwner(type),
        ModulePlan.dispatchName(type),
        called.descriptor("II" + module.contextDescriptor()));
    stack = stack.below(); // what the callee was found by
    returned(called, module.types().type(op.index()));
  }

  /** Has the arguments on the JVM's stack, and what the callee is found by in a variable. */
  void prepareCallee(Shape called) {
    load(1);
    asm.store(Kind.INT, number);
    Operands all = stack;
    stack = stack.below();
    resident--;
    arguments(called);
    stack = all;
  }

  /** Pushes the callee. */
  void pushCallee(Op op) {
    asm.load(Kind.INT, number);
    asm.constant(module.types().canonicalType(op.index()));
    if (op.code() == OpCode.CALL_INDIRECT || op.code() == OpCode.RETURN_CALL_INDIRECT) {
      asm.constant((int) op.b());
      asm.loadObject(context);
      asm.call(TABLES, "callee", "(III" + ModulePlan.CONTEXT_DESCRIPTOR + ")I");
    } else {
      asm.loadObject(context);
      asm.call(TABLES, "callee", "(II" + ModulePlan.CONTEXT_DESCRIPTOR + ")I");
    }
  }

  void tailCall(Op op) {
    if (!plan.leavesCall(op)) {
      jumpToStart();
      return;
    }
    boolean direct = op.code() == OpCode.RETURN_CALL;
    FunctionType type =
        direct ? module.types().functionType(op.index()) : module.types().type(op.index());
    if (!direct) {
      load(1);
      asm.store(Kind.INT, number);
      stack = stack.below();
      resident--;
    }
    box(Kind.of(type.params()).size());
    line(op.address());
    asm.loadObject(tail);
    asm.insn(SWAP);
    String rest = ModulePlan.CONTEXT_DESCRIPTOR + ")V";
    if (direct) {
      asm.constant(op.index());
      asm.loadObject(context);
      asm.callVirtual(TAIL, "call", "([JI" + rest);
    } else {
      pushCallee(op);
      asm.constant(op.code() == OpCode.RETURN_CALL_INDIRECT ? (int) op.b() : 0);
      asm.loadObject(context);
      asm.callVirtual(TAIL, "callElement", "([JII" + rest);
    }
    resident = 0;
    if (own != null) {
      exitWith(1);
    } else {
      returnNothing();
    }
  }

  /** Returns from a function that has left a call; what is returned means nothing. */
  void returnNothing() {
    switch (code.results().size()) {
      case 0 -> asm.insn(RETURN);
      case 1 -> {
        asm.zero(code.results().get(0));
        asm.returns(code.results().get(0));
      }
      default -> asm.insn(ACONST_NULL, ARETURN);
    }
  }

  /** A call of the function itself in tail position. */
  void jumpToStart() {
    int params = code.params().size();
    loadExactly(params);
    for (int i = params - 1; i >= 0; i--) {
      variables.popLocal(i);
    }
    resident = 0;
    line(address);
    asm.call(INTERRUPTS, "poll", "()V");
    asm.jump(GOTO, start);
  }

  void callPart(PartPlan called) {
    stack = code.ops().get(called.part().from()).before();
    spillAll();
    if (called.hasEntries()) {
      asm.insn(ICONST_0);
      asm.store(Kind.INT, number);
      variables.mark(entrance(called.part()), stack);
    }
    int low = called.use().low();
    int locals = called.in().cardinality();
    int localArguments = Math.min(locals, called.arguments());
    int operandArguments = called.arguments() - localArguments;
    called.in().stream().skip(localArguments).forEach(variables::saveLocal);
    List<Kind> operands = called.operands();
    variables.saveOperands(
        low + operandArguments, operands.subList(operandArguments, operands.size()));
    called.in().stream().limit(localArguments).forEach(variables::pushLocal);
    for (int i = 0; i < operandArguments; i++) {
      variables.pushOperand(low + i, operands.get(i));
    }
    if (called.hasEntries()) {
      asm.load(Kind.INT, number);
    }
    if (plan.hasFrame) {
      asm.loadObject(variables.frame());
      if (plan.hasExceptions) {
        asm.loadObject(variables.exceptions());
      }
    }
    if (plan.tailCalls) {
      asm.loadObject(tail);
    }
    asm.loadObject(context);
    line(code.ops().get(called.part().from()).address());
    asm.call(called.owner(), called.name(), partDescriptor(called));
    stack = stack.pop(stack.height() - low);
    resident = 0;
    if (called.direct()) {
      takeDirect(called);
    } else {
      takeFromFrame(called);
    }
  }

  void takeDirect(PartPlan called) {
    if (!called.left().isEmpty()) {
      replace(0, called.left());
    } else if (!called.out().isEmpty()) {
      variables.popLocal(called.out().nextSetBit(0));
    }
  }

  void takeFromFrame(PartPlan called) {
    asm.store(Kind.INT, number);
    variables.restoreLocals(called.out());
    Operands below = stack;
    boolean ends = called.use().exit() != null;
    var end = new Label();
    var others = new Label();
    var here = new LinkedHashMap<Block, Label>();
    var cases = new TreeMap<Integer, Label>();
    boolean passesOn = false;
    if (ends) {
      cases.put(0, end);
    }
    for (Block target : called.use().targets().values()) {
      Part entered = entered(target);
      if (entered != null) {
        cases.put(1 + target.depth(), entrance(entered));
      } else if (isHere(target)) {
        cases.put(1 + target.depth(), here.computeIfAbsent(target, unseen -> new Label()));
      } else {
        passesOn = true;
      }
    }
    BranchTable.switchOver(asm, cases, others, number);
    variables.mark(others, below);
    if (passesOn) {
      asm.load(Kind.INT, number);
      exitWithNumber();
    } else {
      asm.insn(ACONST_NULL, ATHROW); // there is no other number
    }
    here.forEach(
        (target, label) -> {
          stack = below;
          variables.mark(label, below);
          arriveFromFrame(target);
        });
    stack = below;
    if (ends) {
      variables.mark(end, below);
      variables.restoreOperands(below.height(), called.left());
      stack = below.push(called.left());
    }
    resident = 0;
  }

  /** Goes on with a branch whose values are in the frame. */
  void arriveFromFrame(Block target) {
    if (target.form() == Block.Form.FUNCTION) {
      outsideTries(code.results(), this::returnFromFrame);
      return;
    }
    outsideTries(
        target.branchKinds(),
        () -> {
          variables.restoreOperands(target.below().height(), target.branchKinds());
          jumpTo(target);
        });
  }

  /** Returns results that are in the frame; several are operands of an empty stack on the way. */
  private void returnFromFrame() {
    List<Kind> results = code.results();
    stack = Operands.EMPTY;
    for (int i = 0; i < results.size(); i++) {
      variables.pushFramed(plan.frameIndex(i), results.get(i));
      replace(0, List.of(results.get(i)));
    }
    returnResults();
  }
}
