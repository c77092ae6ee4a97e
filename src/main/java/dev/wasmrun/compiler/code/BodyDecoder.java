package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CatchOpCode;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.WasmEncoding;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a function's parsed and validated body once, following the operand stack, and leaves out
 * what no path reaches.
 *
 * <p>It does not recurse, however deep blocks are nested.
 */
public final class BodyDecoder {
  private static final int EMPTY_TYPE = 0x40;

  private final ModuleTypes module;
  private final boolean whole;
  private final LocalVariables locals;
  private final List<Op> ops = new ArrayList<>();
  private Operands stack = Operands.EMPTY;
  private Block block;
  private final List<Block> open = new ArrayList<>(); // by their depth, the last is the block
  private boolean live = true;
  private int deadBlocks; // begun where nothing is reached
  private int maxHeight;

  private BodyDecoder(ModuleTypes module, LocalVariables locals, boolean whole) {
    this.module = module;
    this.whole = whole;
    this.locals = locals;
  }

  /**
   * Reads a body.
   *
   * @param function its index in the module, imported functions counted
   * @param whole whether vectors are whole, and not two halves
   */
  public static FunctionCode decode(
      ModuleTypes module, int function, FunctionBody body, boolean whole) {
    FunctionType type = module.functionType(function);
    List<Kind> params = Kind.of(type.params(), whole);
    List<Kind> results = Kind.of(type.returns(), whole);
    var locals = new LocalVariables(type.params(), body.localTypes(), whole);
    var decoder = new BodyDecoder(module, locals, whole);
    decoder.enter(
        new Block(Block.Form.FUNCTION, null, Operands.EMPTY, List.of(), results),
        OpCode.BLOCK,
        body.instructions().get(0).address());
    body.instructions().forEach(decoder::read);
    if (decoder.block != null) { // the parser does not see it
      throw new MalformedException(
          "function %s has no end: END opcode expected".formatted(function));
    }
    return new FunctionCode(
        function,
        params,
        results,
        locals.kinds(),
        locals.references(),
        List.copyOf(decoder.ops),
        decoder.maxHeight,
        whole);
  }

  private void read(AnnotatedInstruction in) {
    CompilerThread.checkAt(ops.size());
    switch (in.opcode()) {
      case BLOCK, LOOP, IF, TRY_TABLE -> begin(in);
      case ELSE -> otherwise(in);
      case END -> end(in);
      default -> {
        if (live) {
          simple(in);
        }
      }
    }
  }

  private void begin(AnnotatedInstruction in) {
    if (!live) {
      deadBlocks++;
      return;
    }
    FunctionType type = blockType(in);
    List<Kind> params = Kind.of(type.params(), whole);
    Operands taken = in.opcode() == OpCode.IF ? stack.pop(1) : stack;
    var begun =
        new Block(
            switch (in.opcode()) {
              case LOOP -> Block.Form.LOOP;
              case IF -> Block.Form.IF;
              case TRY_TABLE -> Block.Form.TRY;
              default -> Block.Form.BLOCK;
            },
            block,
            taken.pop(params.size()),
            params,
            Kind.of(type.returns(), whole));
    if (in.opcode() == OpCode.TRY_TABLE) {
      begun.setCatches(catches(in.operands()));
    }
    enter(begun, in.opcode(), in.address());
    move(taken);
  }

  private void enter(Block begun, OpCode code, int address) {
    begun.begin = ops.size();
    int low = stack.height() - (code == OpCode.IF ? 1 : 0);
    ops.add(new Op(code, address, stack, low, 0, 0, begun, List.of()));
    block = begun;
    open.add(begun);
  }

  private List<Block.Catch> catches(long[] operands) {
    return CatchOpCode.decode(operands).stream()
        .map(parsed -> Block.Catch.of(parsed, target(parsed.label())))
        .toList();
  }

  private FunctionType blockType(AnnotatedInstruction in) {
    long operand = in.operand(0);
    if (operand == EMPTY_TYPE) {
      return FunctionType.empty();
    }
    return ValType.isValid(operand)
        ? FunctionType.returning(ValType.builder().fromId(operand).build())
        : module.type((int) operand);
  }

  private void otherwise(AnnotatedInstruction in) {
    if (deadBlocks > 0) {
      return;
    }
    block.hasElse = true;
    block.targeted |= live; // the first way goes on behind the second
    add(in, live ? stack : null, block.below().height(), block, List.of());
    stack = block.below().push(block.params());
    live = true;
  }

  private void end(AnnotatedInstruction in) {
    if (deadBlocks > 0) {
      deadBlocks--;
      return;
    }
    block.end = ops.size();
    add(in, live ? stack : null, block.below().height(), block, List.of());
    boolean skipped = block.form() == Block.Form.IF && !block.hasElse;
    boolean arrives = block.targeted && block.form() != Block.Form.LOOP;
    live |= skipped || arrives;
    move(block.below().push(block.results()));
    block = block.parent();
    open.remove(open.size() - 1);
  }

  private void simple(AnnotatedInstruction in) {
    switch (in.opcode()) {
      case BR -> leave(in, 0, in.operand(0));
      case BR_IF -> {
        conditional(in, 1);
        move(stack.pop(1));
      }
      case BR_ON_NULL -> conditional(in, 1);
      case BR_ON_NON_NULL -> {
        conditional(in, 0);
        move(stack.pop(1));
      }
      case BR_TABLE -> table(in);
      case RETURN -> leave(in, 0, depthOf(block));
      case UNREACHABLE, THROW_REF -> stop(in, in.opcode() == OpCode.UNREACHABLE ? 0 : 1);
      case THROW -> stop(in, Kind.of(module.tag((int) in.operand(0)).params(), whole).size());
      case RETURN_CALL -> tailCall(in, module.functionType((int) in.operand(0)), 0);
      case RETURN_CALL_INDIRECT, RETURN_CALL_REF ->
          tailCall(in, module.type((int) in.operand(0)), 1);
      case CALL -> call(in, module.functionType((int) in.operand(0)), 0);
      case CALL_INDIRECT, CALL_REF -> call(in, module.type((int) in.operand(0)), 1);
      case LOCAL_GET, LOCAL_SET, LOCAL_TEE -> local(in);
      default -> {
        VectorOp vector = module.relaxed().at(in.address(), VectorOp.of(in.opcode()));
        if (vector != null) {
          vector(in, vector);
        } else {
          StackEffect effect = effect(in);
          apply(in, effect.operands().size(), effect.results());
        }
      }
    }
  }

  private void vector(AnnotatedInstruction in, VectorOp vector) {
    Operands rest = stack.pop(Kind.parts(vector.operands(), whole).size());
    long a = in.operandCount() > 0 ? in.operand(0) : 0;
    long b = in.operandCount() > 1 ? in.operand(1) : 0;
    int lane = vector.hasLane() ? (int) in.operand(in.operandCount() - 1) : 0;
    if (vector.form().isAccess()) {
      a = in.operand(1);
      b = in.operand(2);
    }
    ops.add(
        new Op(
            in.opcode(), in.address(), stack, rest.height(), a, b, null, List.of(), vector, lane));
    move(rest.push(Kind.parts(vector.results(), whole)));
  }

  /** An instruction on a local variable, on one half after the other if it is a vector. */
  private void local(AnnotatedInstruction in) {
    int first = locals.first((int) in.operand(0));
    if (!locals.isVector((int) in.operand(0))) {
      local(in, in.opcode(), first);
      return;
    }
    if (in.opcode() != OpCode.LOCAL_GET) {
      local(in, OpCode.LOCAL_SET, first + 1);
      local(in, OpCode.LOCAL_SET, first);
    }
    if (in.opcode() != OpCode.LOCAL_SET) {
      local(in, OpCode.LOCAL_GET, first);
      local(in, OpCode.LOCAL_GET, first + 1);
    }
  }

  private void local(AnnotatedInstruction in, OpCode code, int index) {
    Operands rest = stack.pop(code == OpCode.LOCAL_GET ? 0 : 1);
    ops.add(new Op(code, in.address(), stack, rest.height(), index, 0, null, List.of()));
    move(code == OpCode.LOCAL_SET ? rest : rest.push(locals.kinds().get(index)));
  }

  private StackEffect effect(AnnotatedInstruction in) {
    StackEffect fixed = StackEffect.of(in.opcode());
    if (fixed != null) {
      return fixed;
    }
    int index = in.operandCount() == 0 ? 0 : (int) in.operand(0);
    return switch (in.opcode()) {
      case DROP -> new StackEffect(stack.top(isVector(in) ? 2 : 1), List.of());
      case SELECT, SELECT_T ->
          isVector(in)
              ? new StackEffect(stack.top(5), stack.pop(1).top(2))
              : new StackEffect(stack.top(3), stack.pop(1).top(1));
      case GLOBAL_GET ->
          new StackEffect(List.of(), Kind.parts(List.of(module.global(index)), whole));
      case GLOBAL_SET ->
          new StackEffect(Kind.parts(List.of(module.global(index)), whole), List.of());
      case TABLE_GET -> new StackEffect(stack.top(1), List.of(module.table(index)));
      case TABLE_SET -> new StackEffect(stack.top(2), List.of());
      case TABLE_GROW -> new StackEffect(stack.top(2), List.of(Kind.INT));
      case TABLE_FILL -> new StackEffect(stack.top(3), List.of());
      case REF_NULL -> new StackEffect(List.of(), List.of(nullKind(in.operand(0))));
      case REF_IS_NULL -> new StackEffect(stack.top(1), List.of(Kind.INT));
      case REF_AS_NON_NULL -> new StackEffect(stack.top(1), stack.top(1));
      default -> throw new IllegalStateException("no effect of " + in.opcode());
    };
  }

  /** Whether a drop or select, as the validator has marked it, is one of vectors. */
  private static boolean isVector(AnnotatedInstruction in) {
    return in.operandCount() > 0 && in.operand(0) == ValType.V128.id();
  }

  private static Kind nullKind(long heapType) {
    return (int) heapType == ValType.ExnRef.typeIdx() ? Kind.EXCEPTION : Kind.INT;
  }

  private void call(AnnotatedInstruction in, FunctionType type, int callee) {
    apply(in, Kind.of(type.params(), whole).size() + callee, Kind.of(type.returns(), whole));
  }

  private void tailCall(AnnotatedInstruction in, FunctionType type, int callee) {
    stop(in, Kind.of(type.params(), whole).size() + callee);
  }

  private void apply(AnnotatedInstruction in, int operands, List<Kind> results) {
    Operands rest = stack.pop(operands);
    add(in, stack, rest.height(), null, List.of());
    move(rest.push(results));
  }

  private void stop(AnnotatedInstruction in, int operands) {
    add(in, stack, stack.height() - operands, null, List.of());
    live = false;
  }

  private void leave(AnnotatedInstruction in, int operands, long label) {
    Block target = target(label);
    int kept = operands + target.branchKinds().size();
    add(in, stack, stack.height() - kept, target, List.of());
    live = false;
  }

  /** A branch that may not be taken; what it takes along stays where it is then. */
  private void conditional(AnnotatedInstruction in, int operands) {
    Block target = target(in.operand(0));
    int kept = operands + target.branchKinds().size();
    add(in, stack, stack.height() - kept, target, List.of());
  }

  private void table(AnnotatedInstruction in) {
    var targets = new ArrayList<Block>();
    for (int i = 0; i < in.operandCount(); i++) {
      targets.add(target(in.operand(i)));
    }
    int kept = 1 + targets.get(0).branchKinds().size();
    add(in, stack, stack.height() - kept, null, targets);
    live = false;
  }

  private Block target(long label) {
    Block target = open.get((int) (block.depth() - label));
    target.targeted = true;
    return target;
  }

  private static long depthOf(Block innermost) {
    return innermost.depth();
  }

  private void add(
      AnnotatedInstruction in, Operands before, int low, Block about, List<Block> targets) {
    boolean access = OpCode.signature(in.opcode()).contains(WasmEncoding.MEMARG);
    long a = access ? in.operand(1) : in.operandCount() > 0 ? in.operand(0) : 0;
    long b = access ? in.operand(2) : in.operandCount() > 1 ? in.operand(1) : 0;
    ops.add(new Op(in.opcode(), in.address(), before, low, a, b, about, List.copyOf(targets)));
  }

  private void move(Operands now) {
    stack = now;
    maxHeight = Math.max(maxHeight, now.height());
  }
}
