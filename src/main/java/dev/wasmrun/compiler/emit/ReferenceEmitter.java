package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.runtime.Tables;
import java.util.List;
import org.objectweb.asm.Type;

/** Adds the instructions on globals, tables and references. */
abstract class ReferenceEmitter extends VectorEmitter {
  static final String TABLES = Type.getInternalName(Tables.class);

  ReferenceEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  void getGlobal(Op op) {
    Kind kind = module.types().global(op.index());
    if (kind == Kind.VECTOR) {
      pushHalf(op.index(), false);
      pushHalf(op.index(), true);
      if (code.whole()) {
        asm.joinHalves();
      }
      replace(0, Kind.parts(List.of(kind), code.whole()));
      return;
    }
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

  private void pushHalf(int global, boolean high) {
    asm.loadObject(context);
    if (module.hasField(global)) {
      asm.out.visitFieldInsn(GETFIELD, module.contextClass(), ModulePlan.field(global, high), "J");
    } else {
      asm.constant(global);
      asm.callVirtual(ModulePlan.CONTEXT, high ? "distantGlobalHigh" : "distantGlobal", "(I)J");
    }
  }

  /** Sets a half of a global to what is on the stack. */
  private void popHalf(int global, boolean high) {
    asm.loadObject(context);
    asm.insn(DUP_X2, POP);
    if (module.hasField(global)) {
      asm.out.visitFieldInsn(PUTFIELD, module.contextClass(), ModulePlan.field(global, high), "J");
    } else {
      asm.constant(global);
      asm.callVirtual(
          ModulePlan.CONTEXT, high ? "setDistantGlobalHigh" : "setDistantGlobal", "(JI)V");
    }
  }

  void setGlobal(Op op) {
    Kind kind = module.types().global(op.index());
    if (kind == Kind.VECTOR) {
      load(2);
      if (code.whole()) {
        asm.insn(DUP);
        asm.half(true);
      }
      popHalf(op.index(), true);
      if (code.whole()) {
        asm.half(false);
      }
      popHalf(op.index(), false);
      replace(2, List.of());
      return;
    }
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

  void pushNull(Op op) {
    boolean exception = (int) op.a() == com.dylibso.chicory.wasm.types.ValType.ExnRef.typeIdx();
    if (exception) {
      asm.insn(ACONST_NULL);
    } else {
      asm.insn(ICONST_M1);
    }
    replace(0, List.of(exception ? Kind.EXCEPTION : Kind.INT));
  }

  void reference(Op op) {
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

  void table(Op op) {
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

  void tableCall(Op op, String name, String descriptor) {
    asm.constant(op.index());
    asm.loadObject(context);
    asm.call(TABLES, name, descriptor);
  }

  void tableRange(Op op) {
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
}
