package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.FunctionType;
import dev.wasmrun.compiler.code.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The Java signature of a function.
 *
 * <p>Its arguments are the parameters or, if they are many, one array of them, and then what a kind
 * of method adds, such as the {@link dev.wasmrun.compiler.runtime.Context}. It returns the result
 * or, if there are several, an array of them.
 *
 * @param params the function's parameters
 * @param results its results
 */
record Shape(List<Kind> params, List<Kind> results) {
  /** HotSpot's optimizing compiler takes no more; the JVM takes 255. */
  private static final int MOST_SLOTS = 60;

  static Shape of(FunctionType type) {
    return new Shape(Kind.of(type.params()), Kind.of(type.returns()));
  }

  /** Whether the parameters come as an array. */
  boolean boxed() {
    return params.stream().mapToInt(Kind::slots).sum() > MOST_SLOTS;
  }

  /** What a frame says of the variables with the parameters, which are a method's first. */
  List<Object> variables() {
    var variables = new ArrayList<Object>();
    if (boxed()) {
      variables.add(Asm.LONGS);
    } else {
      params.forEach(kind -> variables.add(Asm.frameType(kind)));
    }
    return variables;
  }

  /** How many variables the parameters take. */
  int slots() {
    return boxed() ? 1 : params.stream().mapToInt(Kind::slots).sum();
  }

  /**
   * The method's descriptor.
   *
   * @param more the descriptors of what follows the parameters
   */
  String descriptor(String more) {
    var text = new StringBuilder("(");
    if (boxed()) {
      text.append(Asm.LONGS);
    } else {
      params.forEach(kind -> text.append(Asm.descriptor(kind)));
    }
    return text.append(more).append(')').append(returned()).toString();
  }

  private String returned() {
    return switch (results.size()) {
      case 0 -> "V";
      case 1 -> Asm.descriptor(results.get(0));
      default -> Asm.LONGS;
    };
  }

  /** Pushes the arguments for a call out of an array in a variable. */
  void pushUnboxed(Asm asm, int array) {
    if (boxed()) {
      asm.loadObject(array);
    } else {
      for (int i = 0; i < params.size(); i++) {
        asm.unbox(array, i, params.get(i));
      }
    }
  }

  /** Pushes the arguments of the method itself, which are its first variables. */
  void pushOwn(Asm asm) {
    if (boxed()) {
      asm.loadObject(0);
    } else {
      int slot = 0;
      for (Kind kind : params) {
        asm.load(kind, slot);
        slot += kind.slots();
      }
    }
  }

  /** Makes an array of the method's own arguments, and pushes it. */
  void boxOwn(Asm asm) {
    if (boxed()) {
      asm.loadObject(0);
      return;
    }
    asm.constant(params.size());
    asm.out.visitIntInsn(NEWARRAY, T_LONG);
    int slot = 0;
    for (int i = 0; i < params.size(); i++) {
      asm.insn(DUP);
      asm.constant(i);
      asm.load(params.get(i), slot);
      asm.toLong(params.get(i));
      asm.insn(LASTORE);
      slot += params.get(i).slots();
    }
  }

  /** Makes what a call has left on the stack an array of results, null if there are none. */
  void boxResults(Asm asm, int free) {
    switch (results.size()) {
      case 0 -> asm.insn(ACONST_NULL);
      case 1 -> {
        asm.toLong(results.get(0));
        asm.store(Kind.LONG, free);
        asm.insn(ICONST_1);
        asm.out.visitIntInsn(NEWARRAY, T_LONG);
        asm.insn(DUP, ICONST_0);
        asm.load(Kind.LONG, free);
        asm.insn(LASTORE);
      }
      default -> {}
    }
  }
}
