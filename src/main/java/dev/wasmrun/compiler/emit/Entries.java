package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.runtime.TwoForms;
import java.util.List;
import java.util.function.IntFunction;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the methods by which Java code calls the functions of a group, and those by which indirect
 * calls find theirs: switches over the function's index.
 */
final class Entries {
  private static final String CALL =
      "(I" + Asm.LONGS + ModulePlan.CONTEXT_DESCRIPTOR + ")" + Asm.LONGS;
  private static final String TAIL_CALL =
      "(I"
          + Asm.LONGS
          + "L"
          + PartEmitter.TAIL
          + ";"
          + ModulePlan.CONTEXT_DESCRIPTOR
          + ")"
          + Asm.LONGS;

  /** A method of indirect calls has the functions that agree in all but so many bits. */
  static final int CHUNK_BITS = 8;

  static final String FORMS = Type.getInternalName(TwoForms.class);
  static final String FORMS_DESCRIPTOR = "L" + FORMS + ";";
  private static final int FUNCTION = 1;
  private static final int ARGS = 2;

  private final ModulePlan plan;
  private final ClassFile file;

  Entries(ModulePlan plan, ClassFile file) {
    this.plan = plan;
    this.file = file;
  }

  /** The constructor of a group, of which there is one object. */
  void constructor(String superclass) {
    var asm = new Asm(file.writer().visitMethod(ACC_PUBLIC, "<init>", "()V", null, null));
    asm.out.visitCode();
    asm.loadObject(0);
    asm.out.visitMethodInsn(INVOKESPECIAL, superclass, "<init>", "()V", false);
    asm.insn(RETURN);
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  /**
   * The ways into the functions of a group.
   *
   * @param tailCalling those that make tail calls
   */
  void of(int[] functions, int[] tailCalling) {
    call(functions);
    tailCall(tailCalling);
  }

  private void call(int[] functions) {
    int context = 3;
    var asm = new Asm(file.writer().visitMethod(ACC_PUBLIC, "call", CALL, null, null));
    asm.out.visitCode();
    Object[] variables = {file.name(), Opcodes.INTEGER, Asm.LONGS, ModulePlan.CONTEXT};
    asm.load(Kind.INT, FUNCTION);
    asm.switchOver(
        functions,
        variables,
        function -> {
          Shape shape = Shape.of(plan.types().functionType(function));
          shape.pushUnboxed(asm, ARGS);
          asm.loadObject(context);
          asm.out.visitTypeInsn(CHECKCAST, plan.contextClass());
          asm.call(
              plan.owner(function),
              plan.name(function),
              shape.descriptor(plan.contextDescriptor()));
          shape.boxResults(asm, context + 1);
          asm.insn(ARETURN);
        },
        () -> asm.insn(ACONST_NULL, ATHROW));
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  private void tailCall(int[] functions) {
    int tail = 3;
    int context = 4;
    var asm = new Asm(file.writer().visitMethod(ACC_PUBLIC, "tailCall", TAIL_CALL, null, null));
    asm.out.visitCode();
    Object[] variables = {
      file.name(), Opcodes.INTEGER, Asm.LONGS, PartEmitter.TAIL, ModulePlan.CONTEXT
    };
    asm.load(Kind.INT, FUNCTION);
    asm.switchOver(
        functions,
        variables,
        function -> {
          Shape shape = Shape.of(plan.types().functionType(function));
          shape.pushUnboxed(asm, ARGS);
          asm.loadObject(tail);
          asm.loadObject(context);
          asm.out.visitTypeInsn(CHECKCAST, plan.contextClass());
          asm.call(
              plan.owner(function),
              plan.bodyName(function, true),
              shape.descriptor("L" + PartEmitter.TAIL + ";" + plan.contextDescriptor()));
          shape.boxResults(asm, context + 1);
          asm.insn(ARETURN);
        },
        () -> {
          asm.loadObject(0);
          asm.load(Kind.INT, FUNCTION);
          asm.loadObject(ARGS);
          asm.loadObject(context);
          asm.callVirtual(file.name(), "call", CALL);
          asm.insn(ARETURN);
        });
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  /** The method of a function that makes tail calls, which makes the calls that its body leaves. */
  void tailCalling(int function) {
    Shape shape = Shape.of(plan.types().functionType(function));
    var asm = new Asm(file.method(plan.name(function), shape.descriptor(plan.contextDescriptor())));
    asm.out.visitCode();
    int context = shape.slots();
    int tail = context + 1;
    int result = tail + 1;
    asm.out.visitTypeInsn(NEW, PartEmitter.TAIL);
    asm.insn(DUP);
    asm.out.visitMethodInsn(INVOKESPECIAL, PartEmitter.TAIL, "<init>", "()V", false);
    asm.storeObject(tail);
    shape.pushOwn(asm);
    asm.loadObject(tail);
    asm.loadObject(context);
    asm.call(
        file.name(),
        plan.bodyName(function, true),
        shape.descriptor("L" + PartEmitter.TAIL + ";" + plan.contextDescriptor()));
    List<Kind> results = shape.results();
    if (results.size() == 1) {
      asm.store(results.get(0), result);
    } else if (results.size() > 1) {
      asm.storeObject(result);
    }
    var done = new Label();
    asm.loadObject(tail);
    asm.callVirtual(PartEmitter.TAIL, "pending", "()Z");
    asm.jump(IFEQ, done);
    asm.loadObject(tail);
    asm.callVirtual(PartEmitter.TAIL, "run", "()" + Asm.LONGS);
    asm.returnUnboxed(results);
    asm.out.visitLabel(done);
    List<Object> variables = shape.variables();
    variables.add(plan.contextClass());
    variables.add(PartEmitter.TAIL);
    if (results.size() == 1) {
      variables.add(Asm.frameType(results.get(0)));
    } else if (results.size() > 1) {
      variables.add(Asm.LONGS);
    }
    asm.out.visitFrame(Opcodes.F_NEW, variables.size(), variables.toArray(), 0, new Object[0]);
    switch (results.size()) {
      case 0 -> asm.insn(RETURN);
      case 1 -> {
        asm.load(results.get(0), result);
        asm.returns(results.get(0));
      }
      default -> {
        asm.loadObject(result);
        asm.insn(ARETURN);
      }
    }
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  /** The method of a function of two forms, which calls one or the other. */
  void twoForms(int function, boolean wholeAtOnce) {
    Shape shape = Shape.of(plan.types().functionType(function));
    String descriptor = shape.descriptor(plan.contextDescriptor());
    var asm = new Asm(file.method(plan.name(function), descriptor));
    asm.out.visitCode();
    int context = shape.slots();
    String whole = plan.wholeVectors(ModulePlan.groupOf(plan.firstFunctions(), function));
    if (wholeAtOnce) {
      pass(asm, shape, whole, plan.name(function));
      returnResult(asm, shape);
    } else {
      int form = context + 1;
      int begin = form + 1;
      String field = file.forms(function);
      asm.out.visitFieldInsn(GETSTATIC, file.name(), field, FORMS_DESCRIPTOR);
      asm.callVirtual(FORMS, "next", "()I");
      asm.store(Kind.INT, form);
      asm.load(Kind.INT, form);
      asm.call(FORMS, "begin", "(I)J");
      asm.store(Kind.LONG, begin);
      var ofWhole = new Label();
      asm.load(Kind.INT, form);
      asm.insn(ICONST_1, IAND);
      asm.jump(IFNE, ofWhole);
      measured(asm, shape, file.name(), plan.halvesName(function), field);
      asm.out.visitLabel(ofWhole);
      List<Object> variables = shape.variables();
      variables.addAll(List.of(plan.contextClass(), Opcodes.INTEGER, Opcodes.LONG));
      asm.out.visitFrame(Opcodes.F_NEW, variables.size(), variables.toArray(), 0, new Object[0]);
      measured(asm, shape, whole, plan.name(function), field);
    }
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  private void measured(Asm asm, Shape shape, String owner, String name, String field) {
    pass(asm, shape, owner, name);
    int form = shape.slots() + 1;
    asm.out.visitFieldInsn(GETSTATIC, file.name(), field, FORMS_DESCRIPTOR);
    asm.load(Kind.INT, form);
    asm.load(Kind.LONG, form + 1);
    asm.callVirtual(FORMS, "end", "(IJ)V");
    returnResult(asm, shape);
  }

  /** Calls a method with this one's arguments. */
  private void pass(Asm asm, Shape shape, String owner, String name) {
    shape.pushOwn(asm);
    asm.loadObject(shape.slots());
    asm.call(owner, name, shape.descriptor(plan.contextDescriptor()));
  }

  private static void returnResult(Asm asm, Shape shape) {
    switch (shape.results().size()) {
      case 0 -> asm.insn(RETURN);
      case 1 -> asm.returns(shape.results().get(0));
      default -> asm.insn(ARETURN);
    }
  }

  /** The method that calls an imported function. */
  void imported(int function) {
    Asm asm = begin(function);
    var line = new Label();
    asm.out.visitLabel(line);
    asm.out.visitLineNumber(file.importedLine(function), line);
    outside(asm, function, "callImport");
  }

  /** The method of a function that is not compiled; the interpreter tells where it is. */
  void interpreted(int function) {
    outside(begin(function), function, "interpret");
  }

  private Asm begin(int function) {
    Shape shape = Shape.of(plan.types().functionType(function));
    var asm = new Asm(file.method(plan.name(function), shape.descriptor(plan.contextDescriptor())));
    asm.out.visitCode();
    return asm;
  }

  /** Has the context do what the method is for, with boxed arguments. */
  private void outside(Asm asm, int function, String method) {
    Shape shape = Shape.of(plan.types().functionType(function));
    asm.loadObject(shape.slots());
    shape.boxOwn(asm);
    asm.constant(function);
    asm.callVirtual(ModulePlan.CONTEXT, method, "(" + Asm.LONGS + "I)" + Asm.LONGS);
    asm.returnUnboxed(shape.results());
    asm.out.visitMaxs(0, 0);
    asm.out.visitEnd();
  }

  /**
   * The method of indirect calls of a type: arguments, callee, table, context.
   *
   * @param functions those that it calls itself; all others it leaves to the context
   */
  void dispatch(int type, int[] functions) {
    new Dispatch(type).emit(functions, 0, plan::owner, plan::name, "");
  }

  /**
   * The same for a type of many functions: calls one of several methods, by the upper bits of the
   * callee.
   *
   * @param upper the upper bits that occur
   * @param owners the classes that have those methods, by the upper bits
   */
  void dispatch(int type, int[] upper, IntFunction<String> owners) {
    new Dispatch(type).emit(upper, CHUNK_BITS, owners, bits -> ModulePlan.dispatchName(type), "II");
  }

  /** The way into a method of indirect calls, and out of it. */
  private final class Dispatch {
    private final Shape shape;
    private final int callee;
    private final int table;
    private final int context;
    private final Asm asm;

    Dispatch(int type) {
      this.shape = Shape.of(plan.types().type(type));
      this.callee = shape.slots();
      this.table = callee + 1;
      this.context = table + 1;
      this.asm = new Asm(file.method(ModulePlan.dispatchName(type), shape.descriptor(indirect())));
    }

    private String indirect() {
      return "II" + plan.contextDescriptor();
    }

    void emit(
        int[] keys, int shift, IntFunction<String> owners, IntFunction<String> names, String more) {
      asm.out.visitCode();
      asm.load(Kind.INT, callee);
      if (shift > 0) {
        asm.constant(shift);
        asm.insn(ISHR);
      }
      asm.switchOver(
          keys,
          variables(),
          key -> {
            shape.pushOwn(asm);
            if (!more.isEmpty()) {
              asm.load(Kind.INT, callee);
              asm.load(Kind.INT, table);
            }
            asm.loadObject(context);
            asm.call(
                owners.apply(key),
                names.apply(key),
                shape.descriptor(more + plan.contextDescriptor()));
            switch (shape.results().size()) {
              case 0 -> asm.insn(RETURN);
              case 1 -> asm.returns(shape.results().get(0));
              default -> asm.insn(ARETURN);
            }
          },
          this::others);
      asm.out.visitMaxs(0, 0);
      asm.out.visitEnd();
    }

    private Object[] variables() {
      List<Object> variables = shape.variables();
      variables.addAll(List.of(Opcodes.INTEGER, Opcodes.INTEGER, plan.contextClass()));
      return variables.toArray();
    }

    private void others() {
      asm.loadObject(context);
      shape.boxOwn(asm);
      asm.load(Kind.INT, callee);
      asm.load(Kind.INT, table);
      asm.callVirtual(ModulePlan.CONTEXT, "callElement", "(" + Asm.LONGS + "II)" + Asm.LONGS);
      asm.returnUnboxed(shape.results());
    }
  }
}
