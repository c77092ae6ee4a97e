package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.analysis.CountedLoop;
import dev.wasmrun.compiler.analysis.LinearAccesses;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Interrupts;
import dev.wasmrun.memory.CompiledAccess;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.objectweb.asm.Label;

/** Adds the beginning of the method, which gives every variable a value. */
abstract class PrologueEmitter extends CallEmitter {
  /** More than so many operations of a method have no second form, as HotSpot limits its size. */
  private static final int MOST_REPEATED = 300;

  private int repeated;
  int startVariables;
  int entry; // which of a part's entries is used

  PrologueEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  void prologue() {
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
      goToEntry();
    }
  }

  void functionArguments() {
    int boxed = -1;
    if (shape.boxed()) {
      boxed = variables.take(Asm.LONGS, 1);
    } else {
      for (int i = 0; i < code.params().size(); i++) {
        Kind kind = code.params().get(i);
        if (kind == Kind.VECTOR) {
          variables.take(Kind.LONG);
          variables.take(Kind.LONG);
        } else if (plan.framed.get(i)) {
          variables.take(kind);
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
      } else if (kind == Kind.VECTOR) {
        asm.load(Kind.LONG, slot);
        asm.load(Kind.LONG, slot + Kind.LONG.slots());
        asm.joinHalves();
        if (!plan.framed.get(i)) {
          variables.takeLocal(i);
        }
        variables.popLocal(i);
      } else if (plan.framed.get(i)) {
        asm.load(kind, slot);
        variables.popFramed(i, kind);
      }
      slot += kind == Kind.VECTOR ? 2 * Kind.LONG.slots() : kind.slots();
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

  boolean jumpsToStart() {
    return part.inner().isEmpty()
        && code.ops().stream()
            .anyMatch(op -> op.code() == OpCode.RETURN_CALL && op.index() == code.index());
  }

  void makeFrame() {
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

  void partArguments() {
    int left = own.arguments();
    for (int local : own.in().stream().limit(left).toArray()) {
      variables.takeLocal(local);
      left--;
    }
    for (Kind kind : own.operands().subList(0, left)) {
      variables.take(kind);
    }
    if (own.hasEntries()) {
      entry = variables.take(Kind.INT);
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
  void frameArguments() {
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

  /** Goes on at the end of the block that the caller has told of, or else at the beginning. */
  void goToEntry() {
    var labels = new TreeMap<Integer, Label>();
    own.use().entries().forEach(block -> labels.put(1 + block.depth(), label(block)));
    if (!labels.isEmpty()) {
      var first = new Label();
      BranchTable.switchOver(asm, labels, first, entry);
      variables.mark(first, stack);
    }
  }

  void tailAndContextArguments() {
    if (plan.tailCalls) {
      tail = variables.take(TAIL, 1);
    }
    context = variables.take(module.contextClass(), 1);
  }

  void clearLocal(int local) {
    pushFirstValue(local);
    variables.takeLocal(local);
    variables.popLocal(local);
  }

  void pushFirstValue(int local) {
    if (code.references().get(local)) {
      asm.insn(ICONST_M1); // null
    } else {
      asm.zero(code.locals().get(local));
    }
  }

  void sharedVariables() {
    if (anyOwn(op -> op.code() == OpCode.LOOP)) {
      counter = variables.take(Kind.INT);
      asm.constant(Interrupts.INTERVAL);
      asm.store(Kind.INT, counter);
    }
    if (anyOwn(op -> (isPlain(op) || isVectorAccess(op)) && op.b() == 0)) {
      store = variables.take(PlainAccesses.OWNER, 1);
      asm.loadObject(context);
      asm.out.visitFieldInsn(
          GETFIELD, module.contextClass(), PlainAccesses.FIELD, PlainAccesses.DESCRIPTOR);
      asm.storeObject(store);
    }
    if (code.whole() && anyOwn(MemoryEmitter::isVectorAccess)) {
      place = variables.take(Kind.LONG);
      asm.insn(LCONST_0);
      asm.store(Kind.LONG, place);
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
  void takeStrips() {
    for (int i = part.from(); i < part.to(); i = nextOwn(i)) {
      if (!inner.containsKey(i) && code.ops().get(i).code() == OpCode.LOOP) {
        CountedLoop.at(code, i).filter(this::isOwn).ifPresent(strip(code.ops().get(i).block()));
      }
    }
  }

  Consumer<CountedLoop> strip(Block block) {
    return loop -> {
      var strip = new Strip(asm, variables, loop, unchecked(loop, block), store);
      strips.put(block, strip);
      if (loop.first()) {
        stripConditions.put(loop.condition(), strip);
      }
      stripEnds.put(loop.back(), strip);
    };
  }

  /** The accesses of a loop that are worth a second form of it. */
  private Optional<LinearAccesses> unchecked(CountedLoop loop, Block block) {
    if (module.observed() || !CompiledAccess.isDirect()) {
      return Optional.empty();
    }
    Optional<LinearAccesses> found =
        LinearAccesses.of(code, loop, block)
            .filter(accesses -> hasNoPart(accesses.from(), accesses.to()))
            .filter(accesses -> repeated + accesses.size() <= MOST_REPEATED);
    found.ifPresent(accesses -> repeated += accesses.size());
    return found;
  }

  private boolean hasNoPart(int from, int to) {
    return inner.subMap(from, true, to, true).isEmpty();
  }

  /**
   * The locals that need a variable: not those that only parts have to do with, and keep to
   * themselves.
   */
  BitSet neededLocals() {
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

  boolean calls() {
    return code.ops().stream()
        .anyMatch(
            op ->
                switch (op.code()) {
                  case CALL, CALL_INDIRECT, CALL_REF -> true;
                  case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> true;
                  default -> false;
                });
  }
}
