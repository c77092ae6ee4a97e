package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Operands;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * Where the local variables and operands of a function are while one of its methods runs: in a
 * variable of the method, or at home in the frame.
 *
 * <pre>
 *   0                                                                       two for each position
 *   | arguments | frame | exceptions | tail call | context | locals | own | operands ...
 * </pre>
 *
 * <p>Every variable before the operands has a value of one kind from the method's beginning to its
 * end; so only the operands differ between the frames of a method (in the JVM's sense).
 */
final class Variables {
  private static final int NOWHERE = -1;

  private final Asm asm;
  private final FunctionPlan plan;
  private final int low;
  private final Map<Integer, Integer> locals = new HashMap<>();
  private final List<Object> types = new ArrayList<>();
  private int next;
  private int frame = NOWHERE;
  private int exceptions = NOWHERE;
  private int firstOperand = NOWHERE;
  private int lastOffset = NOWHERE;
  private List<Object> lastVariables = List.of();

  /**
   * The variables of a method.
   *
   * @param low how much of the operand stack the method leaves alone
   */
  Variables(Asm asm, FunctionPlan plan, int low) {
    this.asm = asm;
    this.plan = plan;
    this.low = low;
  }

  /** Takes the next variable for something that always has a value. */
  int take(Object type, int slots) {
    int slot = next;
    next += slots;
    types.add(type);
    return slot;
  }

  int take(Kind kind) {
    if (kind == Kind.NOTHING) {
      return next;
    }
    return take(Asm.frameType(kind), kind.slots());
  }

  /** Takes the next variable for a local. */
  int takeLocal(int local) {
    int slot = take(plan.code.locals().get(local));
    locals.put(local, slot);
    return slot;
  }

  void takeFrame() {
    frame = take(Asm.LONGS, 1);
    if (plan.hasExceptions) {
      exceptions = take(Asm.EXCEPTIONS, 1);
    }
  }

  /** From here on there are operands only. */
  void beginOperands() {
    firstOperand = next;
  }

  boolean has(int local) {
    return locals.containsKey(local);
  }

  int frame() {
    return frame;
  }

  int exceptions() {
    return exceptions;
  }

  // Locals.

  void pushLocal(int local) {
    Kind kind = plan.code.locals().get(local);
    if (plan.framed.get(local)) {
      pushFramed(local, kind);
    } else {
      asm.load(kind, locals.get(local));
    }
  }

  void popLocal(int local) {
    Kind kind = plan.code.locals().get(local);
    if (plan.framed.get(local)) {
      popFramed(local, kind);
    } else {
      asm.store(kind, locals.get(local));
    }
  }

  /** Copies locals from their variables to the frame. */
  void saveLocals(BitSet which) {
    which.stream().forEach(local -> saveLocal(local));
  }

  void saveLocal(int local) {
    save(local, plan.code.locals().get(local), locals.get(local));
  }

  /** Copies locals from the frame to their variables. */
  void restoreLocals(BitSet which) {
    which.stream().forEach(local -> restoreLocal(local));
  }

  void restoreLocal(int local) {
    Kind kind = plan.code.locals().get(local);
    pushFramed(local, kind);
    asm.store(kind, locals.get(local));
  }

  // Operands.

  void pushOperand(int position, Kind kind) {
    if (isDeep(position)) {
      pushFramed(plan.frameIndex(position), kind);
    } else {
      asm.load(kind, slot(position));
    }
  }

  void popOperand(int position, Kind kind) {
    if (isDeep(position)) {
      popFramed(plan.frameIndex(position), kind);
    } else {
      asm.store(kind, slot(position));
    }
  }

  /** Copies operands from their variables to the frame. */
  void saveOperands(int position, List<Kind> kinds) {
    for (int i = 0; i < kinds.size(); i++) {
      if (!isDeep(position + i)) {
        save(plan.frameIndex(position + i), kinds.get(i), slot(position + i));
      }
    }
  }

  /** Copies operands from the frame to their variables. */
  void restoreOperands(int position, List<Kind> kinds) {
    for (int i = 0; i < kinds.size(); i++) {
      if (!isDeep(position + i)) {
        pushFramed(plan.frameIndex(position + i), kinds.get(i));
        asm.store(kinds.get(i), slot(position + i));
      }
    }
  }

  private boolean isDeep(int position) {
    return position >= low + FunctionPlan.MOST_POSITIONS;
  }

  private int slot(int position) {
    return firstOperand + 2 * (position - low);
  }

  // The frame.

  void pushFramed(int index, Kind kind) {
    if (kind == Kind.NOTHING) {
      return;
    }
    if (kind == Kind.VECTOR) {
      pushFramed(index, Kind.LONG);
      pushFramed(index + 1, Kind.LONG);
      asm.joinHalves();
      return;
    }
    asm.loadObject(kind == Kind.EXCEPTION ? exceptions : frame);
    asm.constant(index);
    if (kind == Kind.EXCEPTION) {
      asm.insn(AALOAD);
    } else {
      asm.insn(LALOAD);
      asm.fromBits(kind);
    }
  }

  /** Copies a variable to the frame. */
  private void save(int index, Kind kind, int slot) {
    if (kind == Kind.NOTHING) {
      return;
    }
    if (kind == Kind.VECTOR) {
      asm.load(kind, slot);
      popFramed(index, kind);
      return;
    }
    asm.loadObject(kind == Kind.EXCEPTION ? exceptions : frame);
    asm.constant(index);
    asm.load(kind, slot);
    if (kind == Kind.EXCEPTION) {
      asm.insn(AASTORE);
    } else {
      asm.toBits(kind);
      asm.insn(LASTORE);
    }
  }

  /** Stores the value on the stack, which the array has to get under. */
  void popFramed(int index, Kind kind) {
    if (kind == Kind.NOTHING) {
      return;
    }
    if (kind == Kind.VECTOR) {
      asm.insn(DUP);
      asm.half(false);
      popFramed(index, Kind.LONG);
      asm.half(true);
      popFramed(index + 1, Kind.LONG);
      return;
    }
    if (kind == Kind.EXCEPTION) {
      asm.loadObject(exceptions);
      asm.insn(SWAP);
      asm.constant(index);
      asm.insn(SWAP, AASTORE);
      return;
    }
    asm.toBits(kind);
    asm.loadObject(frame);
    asm.insn(DUP_X2, POP);
    asm.constant(index);
    asm.insn(DUP_X2, POP, LASTORE);
  }

  // Frames in the JVM's sense.

  /**
   * Marks a label at which the JVM's stack is empty.
   *
   * @param operands those that are in their variables there
   */
  void mark(Label label, Operands operands) {
    mark(label, operands, new Object[0]);
  }

  /** Marks a label at which the JVM's stack holds something. */
  void mark(Label label, Operands operands, Object... stack) {
    var all = new ArrayList<>(types);
    int count = Math.min(operands.height() - low, FunctionPlan.MOST_POSITIONS);
    for (Kind kind : operands.pop(operands.height() - low - count).top(count)) {
      if (kind == Kind.NOTHING) {
        all.add(Opcodes.TOP);
      } else {
        all.add(Asm.frameType(kind));
      }
      if (kind.slots() < 2) {
        all.add(Opcodes.TOP);
      }
    }
    while (!all.isEmpty() && all.get(all.size() - 1) == Opcodes.TOP) {
      all.remove(all.size() - 1);
    }
    arrive(label, all, stack);
  }

  /** Marks a label at which only the first variables have values. */
  void markFirst(Label label, int count) {
    arrive(label, List.copyOf(types.subList(0, count)), new Object[0]);
  }

  int taken() {
    return types.size();
  }

  /** Marks a label and says what is where; of two in one place the second needs no frame. */
  private void arrive(Label label, List<Object> variables, Object[] stack) {
    if (here() == lastOffset) {
      if (variables.equals(lastVariables)) {
        asm.out.visitLabel(label);
        return;
      }
      asm.insn(NOP); // a place has one frame only
    }
    asm.out.visitLabel(label);
    lastOffset = label.getOffset();
    lastVariables = variables;
    asm.out.visitFrame(Opcodes.F_NEW, variables.size(), variables.toArray(), stack.length, stack);
  }

  private int here() {
    var here = new Label();
    asm.out.visitLabel(here);
    return here.getOffset();
  }
}
