package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.analysis.LinearAccesses;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.pass.Part;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.Label;

/** Adds branches: within the method, out of a part, back to a loop, with what they take along. */
abstract class BranchEmitter extends ReferenceEmitter {
  /** So many different exits of a table are looked up; fewer are jumps of their own. */
  private static final int MANY_EXITS = 8;

  final Map<Block, Label> labels = new HashMap<>();
  final Map<Part, Label> entrances = new IdentityHashMap<>();
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

  boolean beginsHere(Block block) {
    return block.begin() >= part.from() && (own == null || block.begin() < part.to());
  }

  /** Whether a branch to it arrives in this method. */
  boolean isHere(Block block) {
    return isOwn(block.landing());
  }

  /** The inner part in whose midst a branch arrives; null if it arrives elsewhere. */
  Part entered(Block target) {
    return innerAt(target.landing());
  }

  /** Where an inner part is called by those who have put the way into it into a variable. */
  Label entrance(Part entered) {
    return entrances.computeIfAbsent(entered, unseen -> new Label());
  }

  /** Goes on in the midst of an inner part. */
  void enter(Part entered, Block target) {
    spillAll();
    asm.constant(1 + target.depth());
    asm.store(Kind.INT, number);
    asm.jump(GOTO, entrance(entered));
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
    Part entered = entered(target);
    if (entered != null) {
      enter(entered, target);
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
    Strip strip = stripEnds.get(index);
    strip.end(label(op.block()));
    if (unchecked == null && strip.unchecked().isPresent()) {
      repeat(strip);
    }
  }

  /** Emits the second form of a strip's iterations behind the first. */
  private void repeat(Strip strip) {
    Operands end = stack;
    var after = new Label();
    if (!strip.loop().first()) {
      asm.jump(GOTO, after);
    }
    unchecked = strip.unchecked().get();
    LinearAccesses accesses = unchecked.accesses();
    labels.keySet().removeIf(block -> accesses.covers(block.begin()));
    strip.beginUnchecked();
    stack = unchecked.operands();
    resident = 0;
    for (int i = accesses.from(); i <= accesses.to(); ) {
      i += operation(i);
    }
    unchecked = null;
    stack = end;
    resident = 0;
    if (!strip.loop().first()) {
      variables.mark(after, stack);
    }
  }

  /** Emits the operation at an index; how many it was together with those it was fused with. */
  abstract int operation(int index);

  void branchTable(Op op) {
    prepare(1);
    stack = stack.pop(1);
    resident = 0;
    if (op.targets().stream().filter(this::isNumbered).distinct().count() >= MANY_EXITS) {
      numberTable(op);
      return;
    }
    var stubs = new LinkedHashMap<Block, Label>();
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
    return own != null
        && entered(target) == null
        && !isHere(target)
        && target.branchKinds().isEmpty();
  }

  /** Whether all that a branch has to say is a number, to the caller or to an inner part. */
  boolean isNumbered(Block target) {
    return entered(target) != null || isBareExit(target);
  }

  /** A table of branches most of which are numbers to others: the numbers are looked up. */
  void numberTable(Op op) {
    int here = 2 + op.targets().stream().mapToInt(Block::depth).max().orElse(0);
    var stubs = new LinkedHashMap<Block, Label>();
    var places = new HashMap<Block, Integer>();
    var labels = new TreeMap<Integer, Label>();
    int[] numbers = new int[op.targets().size()];
    boolean leaves = false;
    for (int i = 0; i < numbers.length; i++) {
      Block target = op.targets().get(i);
      if (isBareExit(target)) {
        numbers[i] = 1 + target.depth();
        leaves = true;
      } else if (entered(target) != null) {
        numbers[i] = 1 + target.depth();
        labels.put(numbers[i], entrance(entered(target)));
      } else {
        Label stub = stubs.computeIfAbsent(target, unseen -> new Label());
        numbers[i] = here + places.computeIfAbsent(target, unseen -> places.size());
        labels.put(numbers[i], stub);
      }
    }
    BranchTable.lookUp(asm, numbers, number);
    asm.store(Kind.INT, number);
    exits |= leaves;
    BranchTable.switchOver(asm, labels, leaves ? epilogue : labels.firstEntry().getValue(), number);
    branchFromStubs(stubs);
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
