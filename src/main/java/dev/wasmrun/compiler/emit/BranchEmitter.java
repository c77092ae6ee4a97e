package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.pass.Part;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;

/** Adds branches: within the method, out of a part, back to a loop, with what they take along. */
abstract class BranchEmitter extends ReferenceEmitter {
  /** So many different exits of a table are looked up; fewer are jumps of their own. */
  private static final int MANY_EXITS = 8;

  final Map<Block, Label> labels = new HashMap<>();
  final Map<Block, Label> otherWays = new HashMap<>();
  final Map<Block, Strip> strips = new HashMap<>();
  final Map<Integer, Strip> stripConditions = new HashMap<>();
  final Map<Integer, Strip> stripEnds = new HashMap<>();
  final Label epilogue = new Label();

  /** The blocks with handlers that are open, the innermost first. */
  final Deque<TryRange> openRanges = new ArrayDeque<>();

  int counter;
  boolean exits;

  BranchEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  /** Leaves a part; what goes with it is in the frame already. */
  void exitWith(int exit) {
    asm.constant(exit);
    exitWithNumber();
  }

  void exitWithNumber() {
    asm.store(Kind.INT, number);
    asm.jump(GOTO, epilogue);
    exits = true;
  }

  void emitEpilogue() {
    if (exits) {
      variables.mark(epilogue, lowOperands());
      variables.saveLocals(own.out());
      asm.load(Kind.INT, number);
      asm.insn(IRETURN);
    }
  }

  Operands lowOperands() {
    return own.use().entry().pop(own.use().entry().height() - own.use().low());
  }

  Label label(Block block) {
    return labels.computeIfAbsent(block, unseen -> new Label());
  }

  boolean isHere(Block block) {
    return block.begin() >= part.from() && (own == null || block.begin() < part.to());
  }

  /** Whether a branch from here is no more than a jump. */
  boolean isJump(Block target) {
    return isHere(target)
        && target.form() != Block.Form.LOOP
        && target.form() != Block.Form.FUNCTION
        && stack.height() - target.branchKinds().size() == target.below().height();
  }

  /** Branches; what the branch takes along is on top. */
  void branch(Block target) {
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
      jumpTo(target);
    } else {
      loadExactly(kinds.size());
      outsideTries(
          kinds,
          () -> {
            for (int i = kinds.size() - 1; i >= 0; i--) {
              variables.popOperand(to + i, kinds.get(i));
            }
            jumpTo(target);
          });
    }
  }

  /** Emits code that moves operands to where another block has them, and jumps there. */
  void outsideTries(List<Kind> moved, Runnable emit) {
    if (moved.isEmpty()) {
      emit.run();
      return;
    }
    openRanges.forEach(range -> range.close(asm));
    emit.run();
    openRanges.forEach(range -> range.open(asm));
  }

  void jumpTo(Block target) {
    if (target.form() == Block.Form.LOOP && !strips.containsKey(target)) {
      line(address);
      asm.load(Kind.INT, counter);
      asm.call(INTERRUPTS, "poll", "(I)I");
      asm.store(Kind.INT, counter);
    }
    asm.jump(GOTO, label(target));
  }

  void returnResults() {
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

  void beginIf(Op op, Condition condition, boolean whenHolds) {
    prepare(condition.operands());
    stack = stack.pop(condition.operands());
    resident = 0;
    condition.jump(asm, !whenHolds, otherWay(op.block()));
  }

  /** Where an if continues whose condition does not hold. */
  Label otherWay(Block block) {
    return otherWays.computeIfAbsent(block, unseen -> new Label());
  }

  void branchIf(Op op, Condition condition, boolean whenHolds) {
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
  int fuse(int index) {
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
  void beginStrip(int condition) {
    Strip strip = stripConditions.get(condition);
    if (strip != null) {
      line(address);
      strip.begin(stack);
    }
  }

  /** Ends an iteration of a counting loop; what is compared has a copy in a variable. */
  void endStrip(Op op, int index) {
    for (; resident > 0; resident--) {
      asm.pop(stack.top());
      stack = stack.below();
    }
    stack = op.block().below();
    stripEnds.get(index).end(label(op.block()));
  }

  void branchTable(Op op) {
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
  boolean isBareExit(Block target) {
    return own != null && !isHere(target) && target.branchKinds().isEmpty();
  }

  /** A table of branches most of which leave the part: their numbers are looked up. */
  void exitTable(Op op) {
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

  void branchFromStubs(Map<Block, Label> stubs) {
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

  /** br_on_null or br_on_non_null; the reference goes on where it is not null. */
  void branchByNull(Op op, boolean onNull) {
    Kind kind = stack.top();
    prepare(1);
    asm.insn(DUP);
    variables.popOperand(stack.height() - 1, kind);
    resident = 0;
    var skip = new Label();
    if (kind == Kind.EXCEPTION) {
      asm.jump(onNull ? IFNONNULL : IFNULL, skip);
    } else {
      asm.insn(ICONST_M1);
      asm.jump(onNull ? IF_ICMPNE : IF_ICMPEQ, skip);
    }
    Operands before = stack;
    stack = onNull ? before.below() : before;
    branch(op.block());
    stack = onNull ? before : before.below();
    resident = 0;
    variables.mark(skip, stack);
  }
}
