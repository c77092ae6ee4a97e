package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.runtime.Instance;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.memory.MemoryView;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes a module's subclass of the context, with a field for each of its globals. */
final class ContextEmitter {
  private static final String CONSTRUCTOR =
      Type.getMethodDescriptor(
          Type.VOID_TYPE,
          Type.getType(Instance.class),
          Type.getType(ModuleTypes.class),
          Type.getType(MemoryView[].class));
  private static final int ARGUMENTS = 3;

  private final ModulePlan plan;
  private final ClassFile file;
  private final int[] globals;

  private ContextEmitter(ModulePlan plan) {
    this.plan = plan;
    this.file = new ClassFile(plan.contextClass(), ModulePlan.CONTEXT);
    this.globals = IntStream.range(0, plan.types().globalCount()).filter(plan::hasField).toArray();
  }

  static ClassFile emit(ModulePlan plan) {
    var emitter = new ContextEmitter(plan);
    emitter.fields();
    emitter.constructor();
    emitter.getter(emitter.globals, "global", false);
    emitter.setter(emitter.globals, "setGlobal", false);
    int[] vectors = IntStream.of(emitter.globals).filter(emitter::isVector).toArray();
    if (vectors.length > 0) {
      emitter.getter(vectors, "globalHigh", true);
      emitter.setter(vectors, "setGlobalHigh", true);
    }
    return emitter.file;
  }

  private void fields() {
    file.writer()
        .visitField(
            ACC_PUBLIC | ACC_FINAL, PlainAccesses.FIELD, PlainAccesses.DESCRIPTOR, null, null);
    for (int global : globals) {
      file.writer()
          .visitField(ACC_PUBLIC, ModulePlan.field(global), descriptor(global), null, null);
      if (isVector(global)) {
        file.writer().visitField(ACC_PUBLIC, ModulePlan.field(global, true), "J", null, null);
      }
    }
  }

  private boolean isVector(int global) {
    return plan.types().global(global) == Kind.VECTOR;
  }

  /** The kind of the field, of a vector that of its lower half. */
  private Kind kind(int global) {
    return isVector(global) ? Kind.LONG : plan.types().global(global);
  }

  private String descriptor(int global) {
    return Asm.descriptor(kind(global));
  }

  private void constructor() {
    MethodVisitor out = file.writer().visitMethod(ACC_PUBLIC, "<init>", CONSTRUCTOR, null, null);
    out.visitCode();
    for (int i = 0; i <= ARGUMENTS; i++) {
      out.visitVarInsn(ALOAD, i);
    }
    out.visitMethodInsn(INVOKESPECIAL, ModulePlan.CONTEXT, "<init>", CONSTRUCTOR, false);
    out.visitVarInsn(ALOAD, 0);
    out.visitVarInsn(ALOAD, 0);
    out.visitFieldInsn(GETFIELD, plan.contextClass(), "access", "Ljava/lang/Object;");
    out.visitTypeInsn(CHECKCAST, PlainAccesses.OWNER);
    out.visitFieldInsn(
        PUTFIELD, plan.contextClass(), PlainAccesses.FIELD, PlainAccesses.DESCRIPTOR);
    out.visitInsn(RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void getter(int[] some, String name, boolean high) {
    var asm = new Asm(file.writer().visitMethod(ACC_PUBLIC, name, "(I)J", null, null));
    switchOverGlobals(
        asm,
        some,
        new Object[] {plan.contextClass(), Opcodes.INTEGER},
        global -> {
          asm.loadObject(0);
          asm.out.visitFieldInsn(
              GETFIELD, plan.contextClass(), ModulePlan.field(global, high), descriptor(global));
          asm.toLong(kind(global));
          asm.insn(LRETURN);
        });
  }

  private void setter(int[] some, String name, boolean high) {
    var asm = new Asm(file.writer().visitMethod(ACC_PUBLIC, name, "(IJ)V", null, null));
    switchOverGlobals(
        asm,
        some,
        new Object[] {plan.contextClass(), Opcodes.INTEGER, Opcodes.LONG},
        global -> {
          asm.loadObject(0);
          asm.load(Kind.LONG, 2);
          asm.fromLong(kind(global));
          asm.out.visitFieldInsn(
              PUTFIELD, plan.contextClass(), ModulePlan.field(global, high), descriptor(global));
          asm.insn(RETURN);
        });
  }

  private void switchOverGlobals(Asm asm, int[] some, Object[] variables, IntConsumer emitCase) {
    asm.out.visitCode();
    asm.load(Kind.INT, 1);
    asm.switchOver(some, variables, emitCase, () -> refuse(asm));
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  private static void refuse(Asm asm) {
    asm.out.visitTypeInsn(NEW, "java/lang/IndexOutOfBoundsException");
    asm.insn(DUP);
    asm.load(Kind.INT, 1);
    asm.out.visitMethodInsn(
        INVOKESPECIAL, "java/lang/IndexOutOfBoundsException", "<init>", "(I)V", false);
    asm.insn(ATHROW);
  }
}
