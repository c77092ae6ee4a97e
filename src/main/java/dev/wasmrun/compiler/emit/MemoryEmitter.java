package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.StackEffect;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Access;
import dev.wasmrun.compiler.runtime.Memories;
import dev.wasmrun.memory.MemoryView;
import java.util.Locale;
import org.objectweb.asm.Type;

/** Adds the instructions on memories. */
abstract class MemoryEmitter extends OperandEmitter {
  private static final String ACCESS = Type.getInternalName(Access.class);
  static final String MEMORIES = Type.getInternalName(Memories.class);
  static final String MEMORY = Type.getInternalName(MemoryView.class);

  /** What is emitted now, if that is the second form of a strip; else null. */
  UncheckedStrip unchecked;

  MemoryEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  static boolean isAccess(Op op) {
    return OpCode.signature(op.code()).contains(com.dylibso.chicory.wasm.types.WasmEncoding.MEMARG);
  }

  /** Whether an operation is a load or a store that is not atomic. */
  static boolean isPlain(Op op) {
    return isAccess(op) && op.code().compareTo(OpCode.I64_STORE32) <= 0;
  }

  static boolean isVectorAccess(Op op) {
    return op.vector() != null && op.vector().form().isAccess();
  }

  void pushMemory(int index) {
    asm.loadObject(context);
    if (index == 0) {
      asm.out.visitFieldInsn(GETFIELD, module.contextClass(), "memory", "L" + MEMORY + ";");
    } else {
      asm.constant(index);
      asm.callVirtual(ModulePlan.CONTEXT, "memory", "(I)L" + MEMORY + ";");
    }
  }

  /** Pushes what plain accesses go by. */
  void pushStore(int index) {
    if (index == 0) {
      asm.loadObject(store);
    } else {
      pushMemory(index);
      asm.callVirtual(MEMORY, "compiled", "()Ljava/lang/Object;");
      asm.out.visitTypeInsn(CHECKCAST, PlainAccesses.OWNER);
    }
  }

  /** Tells observers which instruction accesses the memory next. */
  void locate(Op op, int memoryIndex) {
    line(op.address());
    if (module.observed()) {
      pushMemory(memoryIndex);
      asm.constant(op.address());
      asm.callVirtual(MEMORY, "at", "(I)V");
    }
  }

  void access(Op op) {
    StackEffect effect = StackEffect.of(op.code());
    load(effect.operands().size());
    locate(op, (int) op.b());
    if (unchecked != null && unchecked.has(op)) {
      PlainAccesses.emitUnchecked(asm, op, () -> unchecked.pushPlace(op));
    } else if (isPlain(op)) {
      PlainAccesses.emit(asm, op, () -> pushStore((int) op.b()));
    } else {
      asm.constant((int) op.a());
      pushMemory((int) op.b());
      asm.call(
          ACCESS,
          op.code().name().toLowerCase(Locale.ROOT),
          Operations.descriptor(op.code(), "IL" + MEMORY + ";"));
    }
    replace(effect.operands().size(), effect.results());
  }

  void memory(Op op) {
    StackEffect effect = StackEffect.of(op.code());
    load(effect.operands().size());
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
    replace(effect.operands().size(), effect.results());
  }
}
