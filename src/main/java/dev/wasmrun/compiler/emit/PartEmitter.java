package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.analysis.CountedLoop;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.code.Signature;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Access;
import dev.wasmrun.compiler.runtime.Exceptions;
import dev.wasmrun.compiler.runtime.Interrupts;
import dev.wasmrun.compiler.runtime.Memories;
import dev.wasmrun.compiler.runtime.Tables;
import dev.wasmrun.compiler.runtime.TailCall;
import dev.wasmrun.compiler.runtime.Traps;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryView;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * Writes one method of a function: the whole of it, or a part.
 *
 * <p>The topmost operands are on the JVM's stack, {@code resident} many; those below are in
 * variables of their own. At every label the JVM's stack is empty, so operands that live across one
 * are put away before. What HotSpot makes of it knows no difference.
 */
final class PartEmitter {
  /** More are put away, since the JVM's stack of a method is limited. */
  private static final int MOST_RESIDENT = 250;

  /** So many different exits of a table are looked up; fewer are jumps of their own. */
  private static final int MANY_EXITS = 8;

  private static final String ACCESS = Type.getInternalName(Access.class);
  private static final String TABLES = Type.getInternalName(Tables.class);
  private static final String MEMORIES = Type.getInternalName(Memories.class);
  private static final String EXCEPTIONS = Type.getInternalName(Exceptions.class);
  private static final String INTERRUPTS = Type.getInternalName(Interrupts.class);
  private static final String TRAPS = Type.getInternalName(Traps.class);
  private static final String MEMORY = Type.getInternalName(MemoryView.class);
  private static final String STORE = Type.getInternalName(LinearMemory.class);
  static final String TAIL = Type.getInternalName(TailCall.class);

  private final ModulePlan module;
  private final FunctionPlan plan;
  private final FunctionCode code;
  private final MethodSink sink;
  private final Part part;
  private final PartPlan own; // null for the whole function
  private final Shape shape;
  private final Asm asm;
  private final Variables variables;
  private final Map<Block, Label> labels = new HashMap<>();
  private final Map<Block, Label> otherWays = new HashMap<>();
  private final Map<Block, Strip> strips = new HashMap<>();
  private final Map<Integer, Strip> stripConditions = new HashMap<>();
  private final Map<Integer, Strip> stripEnds = new HashMap<>();
  private final Map<Integer, Part> inner = new HashMap<>();
  private final List<Handler> handlers = new ArrayList<>();
  private final Map<Block, Handler> handlerOf = new HashMap<>();
  private final Label epilogue = new Label();
  private final Label start = new Label();

  private int tail;
  private int context;
  private int counter;
  private int store;
  private int array; // of a call's results, or of boxed arguments
  private int number; // of an exit, or of an operand that others have to get under
  private int caught;
  private boolean exits;
  private int startVariables;

  private Operands stack;
  private int resident;
  private int address; // of the operation that is emitted

  private record Handler(Block block, Label from, Label to, Label begin) {}

  PartEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    this.module = module;
    this.plan = plan;
    this.code = plan.code;
    this.sink = sink;
    this.part = part;
    this.own = plan.plan(part);
    this.shape = new Shape(code.params(), code.results());
    part.inner().forEach(child -> inner.put(child.from(), child));
    String name = own == null ? module.bodyName(code.index(), plan.tailCalls) : own.name();
    this.asm = new Asm(sink.method(name, descriptor()));
    this.variables = new Variables(asm, plan, own == null ? 0 : own.use().low());
  }

  /** The descriptor of this part's method. */
  private String descriptor() {
    return own == null
        ? shape.descriptor(plan.tailCalls ? tailAndContext() : module.contextDescriptor())
        : partDescriptor(own);
  }

  private String tailAndContext() {
    return "L" + TAIL + ";" + module.contextDescriptor();
  }

  private String partDescriptor(PartPlan called) {
    var text = new StringBuilder("(");
    called.argumentKinds(code.locals()).forEach(kind -> text.append(Asm.descriptor(kind)));
    if (plan.hasFrame) {
      text.append(Asm.LONGS);
      if (plan.hasExceptions) {
        text.append(Asm.EXCEPTIONS);
      }
    }
    text.append(plan.tailCalls ? tailAndContext() : module.contextDescriptor());
    return text.append(')').append(called.returned(code.locals())).toString();
  }

  /** Emits the method; how many bytes of code it has. */
  int emit() {
    asm.out.visitCode();
    prologue();
    for (int i = part.from(); i < part.to(); ) {
      Part child = inner.get(i);
      if (child != null && child != part) {
        callPart(plan.plan(child));
        i = child.to();
        if (i < part.to() && !code.ops().get(i).falls()) {
          resident = 0;
        }
      } else {
        i += operation(i);
      }
    }
    if (own != null && own.use().exit() != null) {
      reachEnd();
    }
    emitHandlers();
    emitEpilogue();
    var end = new Label();
    asm.out.visitLabel(end);
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
    return end.getOffset();
  }

  // Beginning and end.

  private void prologue() {
    asm.out.visitLabel(new Label());
    if (own == null) {
      functionArguments();
    } else {
      partArguments();
    }
    sharedVariables();
    variables.beginOperands();
    stack = code.ops().get(part.from()).before();
    if (own != null) {
      frameArguments();
    }
  }

  private void functionArguments() {
    int boxed = -1;
    if (shape.boxed()) {
      boxed = variables.take(Asm.LONGS, 1);
    } else {
      for (int i = 0; i < code.params().size(); i++) {
        if (plan.framed.get(i)) {
          variables.take(code.params().get(i));
        } else {
          variables.takeLocal(i);
        }
      }
    }
    tailAndContextArguments();
    if (calls()) {
      line(code.ops().get(0).address());
      asm.loadObject(context);
      asm.call(INTERRUPTS, "poll", "(" + ModulePlan.CONTEXT_DESCRIPTOR + ")V");
    }
    if (plan.hasFrame) {
      makeFrame();
    }
    int slot = 0;
    for (int i = 0; i < code.params().size(); i++) {
      Kind kind = code.params().get(i);
      if (boxed >= 0) {
        asm.unbox(boxed, i, kind);
        if (!plan.framed.get(i)) {
          variables.takeLocal(i);
        }
        variables.popLocal(i);
      } else if (plan.framed.get(i)) {
        asm.load(kind, slot);
        variables.popFramed(i, kind);
      }
      slot += kind.slots();
    }
    startVariables = variables.taken();
    if (jumpsToStart()) {
      variables.markFirst(start, startVariables);
    }
    BitSet needed = neededLocals();
    for (int i = code.params().size(); i < code.locals().size(); i++) {
      if (!plan.framed.get(i)) {
        if (needed.get(i)) {
          clearLocal(i);
        }
      } else if (jumpsToStart() || code.references().get(i)) {
        pushFirstValue(i);
        variables.popFramed(i, code.locals().get(i));
      }
    }
  }

  private boolean jumpsToStart() {
    return part.inner().isEmpty()
        && code.ops().stream()
            .anyMatch(op -> op.code() == OpCode.RETURN_CALL && op.index() == code.index());
  }

  private void makeFrame() {
    asm.constant(plan.frameLength());
    asm.out.visitIntInsn(NEWARRAY, T_LONG);
    if (plan.hasExceptions) {
      asm.constant(plan.frameLength());
      asm.out.visitTypeInsn(ANEWARRAY, Asm.EXCEPTION);
    }
    variables.takeFrame();
    if (plan.hasExceptions) {
      asm.storeObject(variables.exceptions());
    }
    asm.storeObject(variables.frame());
  }

  private void partArguments() {
    int left = own.arguments();
    for (int local : own.in().stream().limit(left).toArray()) {
      variables.takeLocal(local);
      left--;
    }
    for (Kind kind : own.operands().subList(0, left)) {
      variables.take(kind);
    }
    if (plan.hasFrame) {
      variables.takeFrame();
    }
    tailAndContextArguments();
    int skipped = own.arguments();
    for (int local : own.in().stream().skip(skipped).toArray()) {
      variables.takeLocal(local);
      variables.restoreLocal(local);
    }
    for (int local : neededLocals().stream().toArray()) {
      if (!variables.has(local) && !plan.framed.get(local)) {
        clearLocal(local);
      }
    }
  }

  /** Puts a part's operands where they belong: from arguments, which come after its locals. */
  private void frameArguments() {
    int locals = own.in().cardinality();
    int slot = 0;
    for (Kind kind :
        own.argumentKinds(code.locals()).subList(0, Math.min(locals, own.arguments()))) {
      slot += kind.slots();
    }
    int asArguments = Math.max(0, own.arguments() - locals);
    List<Kind> operands = own.operands();
    int low = own.use().low();
    for (int i = 0; i < asArguments; i++) {
      asm.load(operands.get(i), slot);
      variables.popOperand(low + i, operands.get(i));
      slot += operands.get(i).slots();
    }
    variables.restoreOperands(low + asArguments, operands.subList(asArguments, operands.size()));
    resident = 0;
  }

  private void tailAndContextArguments() {
    if (plan.tailCalls) {
      tail = variables.take(TAIL, 1);
    }
    context = variables.take(module.contextClass(), 1);
  }

  private void clearLocal(int local) {
    pushFirstValue(local);
    variables.takeLocal(local);
    variables.popLocal(local);
  }

  private void pushFirstValue(int local) {
    if (code.references().get(local)) {
      asm.insn(ICONST_M1); // null
    } else {
      asm.zero(code.locals().get(local));
    }
  }

  private void sharedVariables() {
    if (anyOwn(op -> op.code() == OpCode.LOOP)) {
      counter = variables.take(Kind.INT);
      asm.constant(Interrupts.INTERVAL);
      asm.store(Kind.INT, counter);
    }
    if (anyOwn(op -> isPlain(op) && op.b() == 0)) {
      store = variables.take(STORE, 1);
      asm.loadObject(context);
      asm.out.visitFieldInsn(GETFIELD, module.contextClass(), "store", "L" + STORE + ";");
      asm.storeObject(store);
    }
    takeStrips();
    array = variables.take(Asm.LONGS, 1);
    asm.insn(ACONST_NULL);
    asm.storeObject(array);
    number = variables.take(Kind.INT);
    asm.insn(ICONST_0);
    asm.store(Kind.INT, number);
    if (anyOwn(op -> op.code() == OpCode.TRY_TABLE)) {
      caught = variables.take(Asm.EXCEPTION, 1);
      asm.insn(ACONST_NULL);
      asm.storeObject(caught);
    }
  }

  /** Finds the counting loops whose iterations this method makes itself. */
  private void takeStrips() {
    for (int i = part.from(); i < part.to(); i = nextOwn(i)) {
      if (!inner.containsKey(i) && code.ops().get(i).code() == OpCode.LOOP) {
        CountedLoop.at(code, i).filter(this::isOwn).ifPresent(strip(code.ops().get(i).block()));
      }
    }
  }

  private Consumer<CountedLoop> strip(Block block) {
    return loop -> {
      var strip = new Strip(asm, variables, loop);
      strips.put(block, strip);
      if (loop.first()) {
        stripConditions.put(loop.condition(), strip);
      }
      stripEnds.put(loop.back(), strip);
    };
  }

  private boolean isOwn(CountedLoop loop) {
    return isOwn(loop.condition())
        && isOwn(loop.increment())
        && isOwn(loop.back())
        && !plan.framed.get(loop.variable());
  }

  /** Whether an operation is not in an inner part. */
  private boolean isOwn(int index) {
    for (Part child : part.inner()) {
      if (index >= child.from() && index < child.to()) {
        return false;
      }
    }
    return index >= part.from() && index < part.to();
  }

  /** The operation, or inner part, behind one. */
  private int nextOwn(int index) {
    Part child = inner.get(index);
    return child != null && child != part ? child.to() : index + 1;
  }

  /**
   * The locals that need a variable: not those that only parts have to do with, and keep to
   * themselves.
   */
  private BitSet neededLocals() {
    var needed = new BitSet();
    own()
        .forEach(
            op -> {
              switch (op.code()) {
                case LOCAL_GET, LOCAL_SET, LOCAL_TEE -> needed.set(op.index());
                default -> {}
              }
            });
    for (Part child : part.inner()) {
      needed.or(plan.plan(child).in());
      needed.or(plan.plan(child).out());
    }
    if (own != null) {
      needed.or(own.in());
      needed.or(own.out());
    }
    return needed;
  }

  /** Whether an operation that this method does itself is such a one. */
  private boolean anyOwn(java.util.function.Predicate<Op> wanted) {
    return own().anyMatch(wanted);
  }

  /** The operations that this method does itself, without those of the parts in it. */
  private Stream<Op> own() {
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

  private boolean calls() {
    return code.ops().stream()
        .anyMatch(
            op ->
                switch (op.code()) {
                  case CALL, CALL_INDIRECT, CALL_REF -> true;
                  case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> true;
                  default -> false;
                });
  }

  /** A part's end, reached from the operation before. */
  private void reachEnd() {
    if (own.direct()) {
      if (!own.left().isEmpty()) {
        load(1);
        asm.returns(own.left().get(0));
      } else if (own.out().isEmpty()) {
        spillAll();
        asm.insn(RETURN);
      } else {
        spillAll();
        int local = own.out().nextSetBit(0);
        variables.pushLocal(local);
        asm.returns(code.locals().get(local));
      }
      return;
    }
    spillAll();
    variables.saveOperands(own.use().low(), own.left());
    exitWith(0);
  }

  /** Leaves a part; what goes with it is in the frame already. */
  private void exitWith(int exit) {
    asm.constant(exit);
    exitWithNumber();
  }

  private void exitWithNumber() {
    asm.store(Kind.INT, number);
    asm.jump(GOTO, epilogue);
    exits = true;
  }

  private void emitEpilogue() {
    if (exits) {
      variables.mark(epilogue, lowOperands());
      variables.saveLocals(own.out());
      asm.load(Kind.INT, number);
      asm.insn(IRETURN);
    }
  }

  private Operands lowOperands() {
    return own.use().entry().pop(own.use().entry().height() - own.use().low());
  }

  // Operands.

  /** Puts all operands of the JVM's stack away. */
  private void spillAll() {
    int count = resident;
    Operands rest = stack;
    for (int i = 0; i < count; i++) {
      variables.popOperand(rest.height() - 1, rest.top());
      rest = rest.below();
    }
    resident = 0;
  }

  /** Has at least so many of the topmost operands on the JVM's stack. */
  private void load(int count) {
    if (resident >= count) {
      return;
    }
    loadExactly(count);
  }

  /** Has so many of the topmost operands on the JVM's stack, and no others. */
  private void loadExactly(int count) {
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
  private void replace(int operands, List<Kind> results) {
    stack = stack.pop(operands).push(results);
    resident += results.size() - operands;
    if (resident > MOST_RESIDENT) {
      spillAll();
    }
  }

  private void line(int address) {
    var here = new Label();
    asm.out.visitLabel(here);
    asm.out.visitLineNumber(sink.line(address, own != null), here);
  }

  // Operations.

  /**
   * Emits the operation at an index; how many it was together with those that it was fused with.
   */
  private int operation(int index) {
    Op op = code.ops().get(index);
    address = op.address();
    if (op.before() != null && !isBlockEnd(op)) {
      stack = op.before();
    }
    if (Condition.compares(op.code())) {
      int fused = fuse(index);
      if (fused > 0) {
        return fused;
      }
    }
    if (divides(index)) {
      load(1);
      ConstantDivision.emit(asm, code.ops().get(index + 1).code(), op.a());
      return 2;
    }
    switch (op.code()) {
      case BLOCK, LOOP, TRY_TABLE -> begin(op);
      case IF -> {
        beginIf(op, Condition.ofNumber(), true);
        beginStrip(index - 1);
      }
      case ELSE -> otherwise(op);
      case END -> end(op);
      case BR, RETURN -> {
        if (stripEnds.containsKey(index)) {
          endStrip(op, index);
        } else {
          branch(op.block());
        }
        resident = 0;
      }
      case BR_IF -> {
        if (stripEnds.containsKey(index)) {
          endStrip(op, index);
        } else {
          branchIf(op, Condition.ofNumber(), true);
          beginStrip(index - 1);
        }
      }
      case BR_TABLE -> branchTable(op);
      case BR_ON_NULL -> branchOnNull(op);
      case BR_ON_NON_NULL -> branchOnNonNull(op);
      case UNREACHABLE -> {
        line(op.address());
        asm.call(TRAPS, "unreachable", "()Ljava/lang/RuntimeException;");
        asm.insn(ATHROW);
        resident = 0;
      }
      case THROW -> throwNew(op);
      case THROW_REF -> {
        load(1);
        line(op.address());
        String exception = Asm.descriptor(Kind.EXCEPTION);
        asm.call(EXCEPTIONS, "thrown", "(" + exception + ")" + exception);
        asm.insn(ATHROW);
        resident = 0;
      }
      case CALL -> call(op);
      case CALL_INDIRECT, CALL_REF -> callIndirect(op);
      case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> tailCall(op);
      default -> simple(op);
    }
    return 1;
  }

  /** Whether an operation is a constant by which the next one divides. */
  private boolean divides(int index) {
    Op op = code.ops().get(index);
    return (op.code() == OpCode.I32_CONST || op.code() == OpCode.I64_CONST)
        && index + 1 < part.to()
        && !inner.containsKey(index + 1)
        && ConstantDivision.fits(code.ops().get(index + 1).code(), op.a());
  }

  private static boolean isBlockEnd(Op op) {
    return op.code() == OpCode.END || op.code() == OpCode.ELSE;
  }

  private void simple(Op op) {
    switch (op.code()) {
      case DROP -> {
        if (resident > 0) {
          asm.pop(stack.top());
          replace(1, List.of());
        } else {
          stack = stack.below();
        }
      }
      case SELECT, SELECT_T -> {
        load(3);
        Kind kind = stack.below().top();
        Operations.select(asm, kind);
        replace(3, List.of(kind));
      }
      case LOCAL_GET -> {
        variables.pushLocal(op.index());
        replace(0, List.of(code.locals().get(op.index())));
      }
      case LOCAL_SET -> {
        load(1);
        variables.popLocal(op.index());
        replace(1, List.of());
      }
      case LOCAL_TEE -> {
        load(1);
        asm.insn(stack.top().slots() == 2 ? DUP2 : DUP);
        variables.popLocal(op.index());
      }
      case I32_CONST -> push(Kind.INT, () -> asm.constant((int) op.a()));
      case I64_CONST -> push(Kind.LONG, () -> asm.constant(op.a()));
      case F32_CONST -> push(Kind.FLOAT, () -> asm.constantFloat((int) op.a()));
      case F64_CONST -> push(Kind.DOUBLE, () -> asm.constantDouble(op.a()));
      case REF_FUNC -> push(Kind.INT, () -> asm.constant(op.index()));
      case REF_NULL -> pushNull(op);
      case REF_IS_NULL, REF_AS_NON_NULL -> reference(op);
      case GLOBAL_GET -> getGlobal(op);
      case GLOBAL_SET -> setGlobal(op);
      case TABLE_GET, TABLE_SET, TABLE_SIZE, TABLE_GROW, TABLE_FILL -> table(op);
      case TABLE_COPY, TABLE_INIT, ELEM_DROP -> tableRange(op);
      case MEMORY_SIZE, MEMORY_GROW, MEMORY_COPY, MEMORY_FILL, MEMORY_INIT, DATA_DROP -> memory(op);
      case ATOMIC_FENCE -> asm.call(MEMORIES, "fence", "()V");
      case NOP -> {}
      default -> {
        if (isAccess(op)) {
          access(op);
        } else {
          numeric(op);
        }
      }
    }
  }

  private void push(Kind kind, Runnable emit) {
    emit.run();
    replace(0, List.of(kind));
  }

  private void numeric(Op op) {
    Signature signature = Signature.of(op.code());
    load(signature.operands().size());
    if (mayTrap(op.code())) {
      line(op.address());
    }
    Operations.emit(asm, op.code());
    replace(signature.operands().size(), signature.results());
  }

  private static boolean mayTrap(OpCode code) {
    return switch (code) {
      case I32_DIV_S, I32_DIV_U, I32_REM_S, I32_REM_U -> true;
      case I64_DIV_S, I64_DIV_U, I64_REM_S, I64_REM_U -> true;
      case I32_TRUNC_F32_S, I32_TRUNC_F32_U, I32_TRUNC_F64_S, I32_TRUNC_F64_U -> true;
      case I64_TRUNC_F32_S, I64_TRUNC_F32_U, I64_TRUNC_F64_S, I64_TRUNC_F64_U -> true;
      default -> false;
    };
  }

  // Memory.

  private static boolean isAccess(Op op) {
    return OpCode.signature(op.code()).contains(com.dylibso.chicory.wasm.types.WasmEncoding.MEMARG);
  }

  /** Whether an operation is a load or a store that is not atomic. */
  private static boolean isPlain(Op op) {
    return isAccess(op) && op.code().compareTo(OpCode.I64_STORE32) <= 0;
  }

  private void pushMemory(int index) {
    asm.loadObject(context);
    if (index == 0) {
      asm.out.visitFieldInsn(GETFIELD, module.contextClass(), "memory", "L" + MEMORY + ";");
    } else {
      asm.constant(index);
      asm.callVirtual(ModulePlan.CONTEXT, "memory", "(I)L" + MEMORY + ";");
    }
  }

  /** Pushes what plain accesses go to. */
  private void pushStore(int index) {
    if (index == 0) {
      asm.loadObject(store);
    } else {
      pushMemory(index);
      asm.callVirtual(MEMORY, "memory", "()L" + STORE + ";");
    }
  }

  /** Tells observers which instruction accesses the memory next. */
  private void locate(Op op, int memoryIndex) {
    line(op.address());
    if (module.observed()) {
      pushMemory(memoryIndex);
      asm.constant(op.address());
      asm.callVirtual(MEMORY, "at", "(I)V");
    }
  }

  private void access(Op op) {
    Signature signature = Signature.of(op.code());
    load(signature.operands().size());
    locate(op, (int) op.b());
    asm.constant((int) op.a());
    boolean plain = isPlain(op);
    if (plain) {
      pushStore((int) op.b());
    } else {
      pushMemory((int) op.b());
    }
    asm.call(
        ACCESS,
        op.code().name().toLowerCase(Locale.ROOT),
        Operations.descriptor(op.code(), "IL" + (plain ? STORE : MEMORY) + ";"));
    replace(signature.operands().size(), signature.results());
  }

  private void memory(Op op) {
    Signature signature = Signature.of(op.code());
    load(signature.operands().size());
    String view = "L" + MEMORY + ";";
    switch (op.code()) {
      case MEMORY_SIZE -> {
        pushMemory(op.index());
        asm.call(MEMORIES, "size", "(" + view + ")I");
      }
      case MEMORY_GROW -> {
        line(op.address());
        pushMemory(op.index());
        asm.call(MEMORIES, "grow", "(I" + view + ")I");
      }
      case MEMORY_COPY -> {
        locate(op, op.index());
        pushMemory(op.index());
        if (op.a() == op.b()) {
          asm.call(MEMORIES, "copy", "(III" + view + ")V");
        } else {
          pushMemory((int) op.b());
          asm.call(MEMORIES, "copy", "(III" + view + view + ")V");
        }
      }
      case MEMORY_FILL -> {
        locate(op, op.index());
        pushMemory(op.index());
        asm.call(MEMORIES, "fill", "(III" + view + ")V");
      }
      case MEMORY_INIT -> {
        locate(op, (int) op.b());
        asm.constant(op.index());
        pushMemory((int) op.b());
        asm.call(MEMORIES, "init", "(IIII" + view + ")V");
      }
      default -> {
        asm.constant(op.index());
        asm.loadObject(context);
        asm.call(MEMORIES, "drop", "(I" + ModulePlan.CONTEXT_DESCRIPTOR + ")V");
      }
    }
    replace(signature.operands().size(), signature.results());
  }

  // Globals, tables, references.

  private void getGlobal(Op op) {
    Kind kind = module.types().global(op.index());
    asm.loadObject(context);
    if (module.hasField(op.index())) {
      asm.out.visitFieldInsn(
          GETFIELD, module.contextClass(), ModulePlan.field(op.index()), Asm.descriptor(kind));
    } else {
      asm.constant(op.index());
      asm.callVirtual(ModulePlan.CONTEXT, "distantGlobal", "(I)J");
      asm.fromLong(kind);
    }
    replace(0, List.of(kind));
  }

  private void setGlobal(Op op) {
    Kind kind = module.types().global(op.index());
    load(1);
    if (module.hasField(op.index())) {
      asm.loadObject(context);
      if (kind.slots() == 2) {
        asm.insn(DUP_X2, POP);
      } else {
        asm.insn(SWAP);
      }
      asm.out.visitFieldInsn(
          PUTFIELD, module.contextClass(), ModulePlan.field(op.index()), Asm.descriptor(kind));
    } else {
      asm.toLong(kind);
      asm.loadObject(context);
      asm.insn(DUP_X2, POP);
      asm.constant(op.index());
      asm.callVirtual(ModulePlan.CONTEXT, "setDistantGlobal", "(JI)V");
    }
    replace(1, List.of());
  }

  private void pushNull(Op op) {
    boolean exception = (int) op.a() == com.dylibso.chicory.wasm.types.ValType.ExnRef.typeIdx();
    if (exception) {
      asm.insn(ACONST_NULL);
    } else {
      asm.insn(ICONST_M1);
    }
    replace(0, List.of(exception ? Kind.EXCEPTION : Kind.INT));
  }

  private void reference(Op op) {
    load(1);
    Kind kind = stack.top();
    String of = Asm.descriptor(kind);
    if (op.code() == OpCode.REF_IS_NULL) {
      asm.call(TABLES, "isNull", "(" + of + ")I");
      replace(1, List.of(Kind.INT));
    } else {
      line(op.address());
      asm.call(TABLES, "nonNull", "(" + of + ")" + of);
    }
  }

  private void table(Op op) {
    Kind kind = module.types().table(op.index());
    int operands = stack.height() - op.low();
    load(operands);
    line(op.address());
    boolean exceptions = kind == Kind.EXCEPTION;
    String numbered = "(" + Asm.descriptor(Kind.EXCEPTION) + ")I";
    String rest = "I" + ModulePlan.CONTEXT_DESCRIPTOR + ")";
    switch (op.code()) {
      case TABLE_GET -> {
        tableCall(op, "get", "(I" + rest + "I");
        if (exceptions) {
          asm.insn(I2L);
          asm.fromLong(kind);
        }
      }
      case TABLE_SET -> {
        if (exceptions) {
          asm.call(EXCEPTIONS, "number", numbered);
        }
        tableCall(op, "set", "(II" + rest + "V");
      }
      case TABLE_SIZE -> tableCall(op, "size", "(" + rest + "I");
      case TABLE_GROW -> {
        if (exceptions) {
          asm.insn(SWAP);
          asm.call(EXCEPTIONS, "number", numbered);
          asm.insn(SWAP);
        }
        tableCall(op, "grow", "(II" + rest + "I");
      }
      default -> {
        if (exceptions) {
          asm.insn(SWAP);
          asm.call(EXCEPTIONS, "number", numbered);
          asm.insn(SWAP);
        }
        tableCall(op, "fill", "(III" + rest + "V");
      }
    }
    replace(
        operands,
        switch (op.code()) {
          case TABLE_GET -> List.of(kind);
          case TABLE_SIZE, TABLE_GROW -> List.of(Kind.INT);
          default -> List.of();
        });
  }

  private void tableCall(Op op, String name, String descriptor) {
    asm.constant(op.index());
    asm.loadObject(context);
    asm.call(TABLES, name, descriptor);
  }

  private void tableRange(Op op) {
    int operands = stack.height() - op.low();
    load(operands);
    line(op.address());
    asm.constant(op.index());
    String descriptor = "(I" + ModulePlan.CONTEXT_DESCRIPTOR + ")V";
    if (op.code() == OpCode.ELEM_DROP) {
      asm.loadObject(context);
      asm.call(TABLES, "drop", descriptor);
    } else {
      asm.constant((int) op.b());
      asm.loadObject(context);
      asm.call(
          TABLES,
          op.code() == OpCode.TABLE_COPY ? "copy" : "init",
          "(IIII" + descriptor.substring(1));
    }
    replace(operands, List.of());
  }

  // Blocks.

  private Label label(Block block) {
    return labels.computeIfAbsent(block, unseen -> new Label());
  }

  private void begin(Op op) {
    spillAll();
    Block block = op.block();
    if (block.form() == Block.Form.LOOP) {
      variables.mark(label(block), stack);
      Strip strip = strips.get(block);
      if (strip != null && !strip.loop().first()) {
        line(address);
        strip.begin(stack);
      }
    } else if (block.form() == Block.Form.TRY && !block.catches().isEmpty()) {
      var handler = new Handler(block, new Label(), new Label(), new Label());
      handlerOf.put(block, handler);
      asm.out.visitLabel(handler.from());
      asm.insn(NOP); // a range of the JVM must not be empty
    }
  }

  private void beginIf(Op op, Condition condition, boolean whenHolds) {
    prepare(condition.operands());
    stack = stack.pop(condition.operands());
    resident = 0;
    condition.jump(asm, !whenHolds, otherWay(op.block()));
  }

  /** Where an if continues whose condition does not hold. */
  private Label otherWay(Block block) {
    return otherWays.computeIfAbsent(block, unseen -> new Label());
  }

  /** Has exactly the operands of a condition on the JVM's stack, all others in their variables. */
  private void prepare(int operands) {
    if (resident > operands) {
      spillAll();
    }
    loadExactly(operands);
  }

  private void otherwise(Op op) {
    Block block = op.block();
    if (op.falls()) {
      stack = op.before();
      spillAll();
      asm.jump(GOTO, label(block));
    }
    stack = block.below().push(block.params());
    resident = 0;
    variables.mark(otherWays.remove(block), stack);
  }

  private void end(Op op) {
    Block block = op.block();
    if (op.falls()) {
      stack = op.before();
    }
    if (block.form() == Block.Form.FUNCTION) {
      if (op.falls()) {
        branch(block);
      }
      resident = 0;
      return;
    }
    if (op.falls()) {
      spillAll();
    }
    Handler handler = handlerOf.get(block);
    if (handler != null) {
      asm.out.visitLabel(handler.to());
      asm.out.visitTryCatchBlock(handler.from(), handler.to(), handler.begin(), Asm.EXCEPTION);
      handlers.add(handler);
    }
    stack = block.below().push(block.results());
    resident = 0;
    Label skipped = otherWays.remove(block);
    // Handlers, which come last, branch to labels that nothing has asked for yet.
    boolean joins =
        (block.targeted() || labels.containsKey(block)) && block.form() != Block.Form.LOOP;
    if (skipped != null && joins) {
      asm.out.visitLabel(skipped);
    }
    if (joins) {
      variables.mark(label(block), stack);
    } else if (skipped != null) {
      variables.mark(skipped, stack);
    }
  }

  // Branches.

  private boolean isHere(Block block) {
    return block.begin() >= part.from() && (own == null || block.begin() < part.to());
  }

  /** Whether a branch from here is no more than a jump. */
  private boolean isJump(Block target) {
    return isHere(target)
        && target.form() != Block.Form.LOOP
        && target.form() != Block.Form.FUNCTION
        && stack.height() - target.branchKinds().size() == target.below().height();
  }

  /** Branches; what the branch takes along is on top. */
  private void branch(Block target) {
    List<Kind> kinds = target.branchKinds();
    if (target.form() == Block.Form.FUNCTION && own == null) {
      returnResults();
      return;
    }
    int from = stack.height() - kinds.size();
    int to = target.below().height();
    if (!isHere(target)) {
      loadExactly(kinds.size());
      for (int i = kinds.size() - 1; i >= 0; i--) {
        variables.popFramed(plan.frameIndex(to + i), kinds.get(i));
      }
      resident = 0;
      exitWith(1 + target.depth());
      return;
    }
    if (from == to) {
      spillAll();
    } else {
      loadExactly(kinds.size());
      for (int i = kinds.size() - 1; i >= 0; i--) {
        variables.popOperand(to + i, kinds.get(i));
      }
    }
    jumpTo(target);
  }

  private void jumpTo(Block target) {
    if (target.form() == Block.Form.LOOP && !strips.containsKey(target)) {
      line(address);
      asm.load(Kind.INT, counter);
      asm.call(INTERRUPTS, "poll", "(I)I");
      asm.store(Kind.INT, counter);
    }
    asm.jump(GOTO, label(target));
  }

  private void returnResults() {
    List<Kind> results = code.results();
    switch (results.size()) {
      case 0 -> asm.insn(RETURN);
      case 1 -> {
        load(1);
        asm.returns(results.get(0));
      }
      default -> {
        box(results.size());
        asm.insn(ARETURN);
      }
    }
  }

  private void branchIf(Op op, Condition condition, boolean whenHolds) {
    prepare(condition.operands());
    stack = stack.pop(condition.operands());
    resident = 0;
    Block target = op.block();
    if (isJump(target)) {
      condition.jump(asm, whenHolds, label(target));
      return;
    }
    var skip = new Label();
    condition.jump(asm, !whenHolds, skip);
    Operands before = stack;
    branch(target);
    stack = before;
    resident = 0;
    variables.mark(skip, stack);
  }

  /** Fuses a comparison with what follows, if that is a branch; how many operations these are. */
  private int fuse(int index) {
    boolean holds = true;
    int next = index + 1;
    while (next < part.to() && code.ops().get(next).code() == OpCode.I32_EQZ) {
      holds = !holds;
      next++;
    }
    if (next >= part.to() || inner.containsKey(next)) {
      return 0;
    }
    for (int i = index + 1; i < next; i++) {
      if (inner.containsKey(i)) {
        return 0;
      }
    }
    Op branch = code.ops().get(next);
    Condition condition = Condition.of(code.ops().get(index).code());
    if (branch.code() == OpCode.BR_IF && stripEnds.containsKey(next)) {
      endStrip(branch, next);
    } else if (branch.code() == OpCode.BR_IF) {
      branchIf(branch, condition, holds);
      beginStrip(index);
    } else if (branch.code() == OpCode.IF) {
      beginIf(branch, condition, holds);
      beginStrip(index);
    } else {
      return 0;
    }
    return next - index + 1;
  }

  /** Begins a strip where a counting loop has been found to go on, if one does. */
  private void beginStrip(int condition) {
    Strip strip = stripConditions.get(condition);
    if (strip != null) {
      line(address);
      strip.begin(stack);
    }
  }

  /** Ends an iteration of a counting loop; what is compared has a copy in a variable. */
  private void endStrip(Op op, int index) {
    for (; resident > 0; resident--) {
      asm.pop(stack.top());
      stack = stack.below();
    }
    stack = op.block().below();
    stripEnds.get(index).end(label(op.block()));
  }

  private void branchTable(Op op) {
    prepare(1);
    stack = stack.pop(1);
    resident = 0;
    if (op.targets().stream().filter(this::isBareExit).distinct().count() >= MANY_EXITS) {
      exitTable(op);
      return;
    }
    var stubs = new java.util.LinkedHashMap<Block, Label>();
    Label[] cases = new Label[op.targets().size()];
    for (int i = 0; i < cases.length; i++) {
      Block target = op.targets().get(i);
      cases[i] =
          isJump(target) ? label(target) : stubs.computeIfAbsent(target, unseen -> new Label());
    }
    BranchTable.emit(asm, cases, number);
    branchFromStubs(stubs);
  }

  /** Whether a branch leaves this part and takes nothing along, so that its number says it all. */
  private boolean isBareExit(Block target) {
    return own != null && !isHere(target) && target.branchKinds().isEmpty();
  }

  /** A table of branches most of which leave the part: their numbers are looked up. */
  private void exitTable(Op op) {
    int here = 2 + op.targets().stream().mapToInt(Block::depth).max().orElse(0);
    var stubs = new java.util.LinkedHashMap<Block, Label>();
    var places = new HashMap<Block, Integer>();
    int[] numbers = new int[op.targets().size()];
    for (int i = 0; i < numbers.length; i++) {
      Block target = op.targets().get(i);
      if (isBareExit(target)) {
        numbers[i] = 1 + target.depth();
      } else {
        numbers[i] = here + places.computeIfAbsent(target, unseen -> places.size());
        stubs.computeIfAbsent(target, unseen -> new Label());
      }
    }
    BranchTable.lookUp(asm, numbers, number);
    asm.store(Kind.INT, number);
    exits = true;
    if (stubs.isEmpty()) {
      asm.jump(GOTO, epilogue);
    } else {
      asm.load(Kind.INT, number);
      asm.out.visitTableSwitchInsn(
          here, here + stubs.size() - 1, epilogue, stubs.values().toArray(Label[]::new));
      branchFromStubs(stubs);
    }
    resident = 0;
  }

  private void branchFromStubs(Map<Block, Label> stubs) {
    Operands before = stack;
    stubs.forEach(
        (target, stub) -> {
          stack = before;
          resident = 0;
          variables.mark(stub, stack);
          branch(target);
        });
    resident = 0;
  }

  private void branchOnNull(Op op) {
    load(1);
    Kind kind = stack.top();
    if (resident > 1) {
      spillAll();
      loadExactly(1);
    }
    asm.insn(DUP);
    variables.popOperand(stack.height() - 1, kind);
    resident = 0;
    var skip = new Label();
    if (kind == Kind.EXCEPTION) {
      asm.jump(IFNONNULL, skip);
    } else {
      asm.insn(ICONST_M1);
      asm.jump(IF_ICMPNE, skip);
    }
    Operands before = stack;
    stack = stack.pop(1);
    branch(op.block());
    stack = before;
    resident = 0;
    variables.mark(skip, stack);
  }

  private void branchOnNonNull(Op op) {
    load(1);
    Kind kind = stack.top();
    if (resident > 1) {
      spillAll();
      loadExactly(1);
    }
    asm.insn(DUP);
    variables.popOperand(stack.height() - 1, kind);
    resident = 0;
    var skip = new Label();
    if (kind == Kind.EXCEPTION) {
      asm.jump(IFNULL, skip);
    } else {
      asm.insn(ICONST_M1);
      asm.jump(IF_ICMPEQ, skip);
    }
    Operands before = stack;
    branch(op.block());
    stack = before.pop(1);
    resident = 0;
    variables.mark(skip, stack);
  }

  // Exceptions.

  private void throwNew(Op op) {
    FunctionType type = module.types().tag(op.index());
    box(type.params().size());
    line(op.address());
    asm.constant(op.index());
    asm.loadObject(context);
    asm.call(
        EXCEPTIONS,
        "create",
        "([JI" + ModulePlan.CONTEXT_DESCRIPTOR + ")" + Asm.descriptor(Kind.EXCEPTION));
    asm.insn(ATHROW);
    resident = 0;
  }

  private void emitHandlers() {
    for (Handler handler : handlers) {
      var end = new Label();
      emitHandler(handler);
      asm.out.visitLabel(end);
      // What it does not catch is thrown in the block around it.
      Handler around = around(handler.block().parent());
      if (around != null) {
        asm.out.visitTryCatchBlock(handler.begin(), end, around.begin(), Asm.EXCEPTION);
      }
    }
  }

  private Handler around(Block block) {
    for (Block outer = block; outer != null && isHere(outer); outer = outer.parent()) {
      Handler handler = handlerOf.get(outer);
      if (handler != null) {
        return handler;
      }
    }
    return null;
  }

  private void emitHandler(Handler handler) {
    Block block = handler.block();
    variables.mark(handler.begin(), block.below(), Asm.EXCEPTION);
    asm.storeObject(caught);
    for (Block.Catch clause : block.catches()) {
      var next = new Label();
      if (!clause.all()) {
        asm.loadObject(caught);
        asm.constant(clause.tag());
        asm.loadObject(context);
        asm.call(
            EXCEPTIONS,
            "matches",
            "(" + Asm.descriptor(Kind.EXCEPTION) + "I" + ModulePlan.CONTEXT_DESCRIPTOR + ")Z");
        asm.jump(IFEQ, next);
      }
      catchInto(clause, block.below());
      if (clause.all()) {
        return;
      }
      stack = block.below();
      resident = 0;
      variables.mark(next, stack);
    }
    asm.loadObject(caught);
    asm.insn(ATHROW);
  }

  private void catchInto(Block.Catch clause, Operands below) {
    stack = below;
    resident = 0;
    if (!clause.all()) {
      List<Kind> carried = Kind.of(module.types().tag(clause.tag()).params());
      asm.loadObject(caught);
      asm.callVirtual(Asm.EXCEPTION, "args", "()[J");
      asm.storeObject(array);
      for (int i = 0; i < carried.size(); i++) {
        asm.unbox(array, i, carried.get(i));
        replace(0, List.of(carried.get(i)));
      }
    }
    if (clause.reference()) {
      asm.loadObject(caught);
      replace(0, List.of(Kind.EXCEPTION));
    }
    branch(clause.target());
  }

  // Calls.

  /** Takes the topmost operands off the stack, and leaves an array of them on the JVM's. */
  private void box(int count) {
    spillAll();
    asm.constant(count);
    asm.out.visitIntInsn(NEWARRAY, T_LONG);
    int position = stack.height() - count;
    int index = 0;
    for (Kind kind : stack.top(count)) {
      asm.insn(DUP);
      asm.constant(index++);
      variables.pushOperand(position++, kind);
      asm.toLong(kind);
      asm.insn(LASTORE);
    }
  }

  /** Has the arguments of a call on the JVM's stack. */
  private void arguments(Shape callee) {
    if (callee.boxed()) {
      box(callee.params().size());
    } else if (callee.results().size() > 1) {
      spillAll();
      loadExactly(callee.params().size());
    } else {
      load(callee.params().size());
    }
  }

  /** Takes what a method has returned. */
  private void returned(Shape callee) {
    int params = callee.params().size();
    if (callee.boxed()) {
      resident = params; // what stood for them is gone, and nothing else is on the JVM's stack
    }
    if (callee.results().size() > 1) {
      resident = 0;
      stack = stack.pop(params);
      takeArray(callee.results());
    } else {
      replace(params, callee.results());
    }
  }

  /** Takes results from an array on the JVM's stack, on which there are no operands. */
  private void takeArray(List<Kind> results) {
    asm.storeObject(array);
    for (int i = 0; i < results.size(); i++) {
      asm.unbox(array, i, results.get(i));
      variables.popOperand(stack.height(), results.get(i));
      stack = stack.push(results.get(i));
    }
  }

  private void call(Op op) {
    int callee = op.index();
    Shape called = Shape.of(module.types().functionType(callee));
    arguments(called);
    line(op.address());
    asm.loadObject(context);
    asm.call(
        module.owner(callee), module.name(callee), called.descriptor(module.contextDescriptor()));
    returned(called);
  }

  private void callIndirect(Op op) {
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
    returned(called);
  }

  /** Has the arguments on the JVM's stack, and what the callee is found by in a variable. */
  private void prepareCallee(Shape called) {
    load(1);
    asm.store(Kind.INT, number);
    Operands all = stack;
    stack = stack.below();
    resident--;
    arguments(called);
    stack = all;
  }

  /** Pushes the callee. */
  private void pushCallee(Op op) {
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

  private void tailCall(Op op) {
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
    box(type.params().size());
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
  private void returnNothing() {
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
  private void jumpToStart() {
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

  // Parts.

  private void callPart(PartPlan called) {
    stack = code.ops().get(called.part().from()).before();
    spillAll();
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

  private void takeDirect(PartPlan called) {
    if (!called.left().isEmpty()) {
      replace(0, called.left());
    } else if (!called.out().isEmpty()) {
      variables.popLocal(called.out().nextSetBit(0));
    }
  }

  private void takeFromFrame(PartPlan called) {
    asm.store(Kind.INT, number);
    variables.restoreLocals(called.out());
    Operands below = stack;
    boolean ends = called.use().exit() != null;
    var here = new ArrayList<Block>();
    boolean passesOn = false;
    for (Block target : called.use().targets().values()) {
      if (isHere(target)) {
        here.add(target);
      } else {
        passesOn = true;
      }
    }
    var end = new Label();
    var others = new Label();
    int[] keys = new int[here.size() + (ends ? 1 : 0)];
    Label[] cases = new Label[keys.length];
    if (ends) {
      cases[0] = end;
    }
    for (int i = 0; i < here.size(); i++) {
      int at = i + (ends ? 1 : 0);
      keys[at] = 1 + here.get(i).depth();
      cases[at] = new Label();
    }
    asm.load(Kind.INT, number);
    asm.out.visitLookupSwitchInsn(others, keys, cases);
    variables.mark(others, below);
    if (passesOn) {
      asm.load(Kind.INT, number);
      exitWithNumber();
    } else {
      asm.insn(ACONST_NULL, ATHROW); // there is no other number
    }
    for (int i = 0; i < here.size(); i++) {
      stack = below;
      variables.mark(cases[i + (ends ? 1 : 0)], below);
      arriveFromFrame(here.get(i));
    }
    stack = below;
    if (ends) {
      variables.mark(end, below);
      variables.restoreOperands(below.height(), called.left());
      stack = below.push(called.left());
    }
    resident = 0;
  }

  /** Goes on with a branch whose values are in the frame. */
  private void arriveFromFrame(Block target) {
    if (target.form() == Block.Form.FUNCTION) {
      List<Kind> results = code.results();
      stack = Operands.EMPTY;
      for (int i = 0; i < results.size(); i++) {
        variables.pushFramed(plan.frameIndex(i), results.get(i));
        replace(0, List.of(results.get(i)));
      }
      returnResults();
      return;
    }
    variables.restoreOperands(target.below().height(), target.branchKinds());
    jumpTo(target);
  }
}
