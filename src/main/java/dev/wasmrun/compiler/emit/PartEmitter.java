package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.StackEffect;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Traps;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/** Writes one method of a function: the whole of it, or a part. */
final class PartEmitter extends PrologueEmitter {
  private static final String TRAPS = Type.getInternalName(Traps.class);

  PartEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  /** Emits the method; how many bytes of code it has. */
  int emit() {
    asm.out.visitCode();
    prologue();
    for (int i = part.from(); i < part.to(); ) {
      CompilerThread.checkAt(i);
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

  /** A part's end, reached from the operation before. */
  void reachEnd() {
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

  @Override
  int operation(int index) {
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
      case BR_ON_NULL -> branchByNull(op, true);
      case BR_ON_NON_NULL -> branchByNull(op, false);
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
  boolean divides(int index) {
    Op op = code.ops().get(index);
    return (op.code() == OpCode.I32_CONST || op.code() == OpCode.I64_CONST)
        && index + 1 < part.to()
        && !inner.containsKey(index + 1)
        && ConstantDivision.fits(code.ops().get(index + 1).code(), op.a());
  }

  static boolean isBlockEnd(Op op) {
    return op.code() == OpCode.END || op.code() == OpCode.ELSE;
  }

  void simple(Op op) {
    switch (op.code()) {
      case DROP -> drop(stack.height() - op.low());
      case SELECT, SELECT_T -> {
        if (stack.height() - op.low() > 3) {
          selectVector(op);
        } else {
          load(3);
          Kind kind = stack.below().top();
          Operations.select(asm, kind);
          replace(3, List.of(kind));
        }
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
        if (op.vector() != null) {
          vector(op);
        } else if (isAccess(op)) {
          access(op);
        } else {
          numeric(op);
        }
      }
    }
  }

  void drop(int count) {
    for (int i = 0; i < count; i++) {
      if (resident > 0) {
        asm.pop(stack.top());
        replace(1, List.of());
      } else {
        stack = stack.below();
      }
    }
  }

  void numeric(Op op) {
    StackEffect effect = StackEffect.of(op.code());
    load(effect.operands().size());
    if (mayTrap(op.code())) {
      line(op.address());
    }
    Operations.emit(asm, op.code());
    replace(effect.operands().size(), effect.results());
  }

  static boolean mayTrap(OpCode code) {
    return switch (code) {
      case I32_DIV_S, I32_DIV_U, I32_REM_S, I32_REM_U -> true;
      case I64_DIV_S, I64_DIV_U, I64_REM_S, I64_REM_U -> true;
      case I32_TRUNC_F32_S, I32_TRUNC_F32_U, I32_TRUNC_F64_S, I32_TRUNC_F64_U -> true;
      case I64_TRUNC_F32_S, I64_TRUNC_F32_U, I64_TRUNC_F64_S, I64_TRUNC_F64_U -> true;
      default -> false;
    };
  }
}
