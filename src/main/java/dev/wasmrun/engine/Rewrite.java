package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.OpcodeImpl;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * One kind of change that the {@link BytecodePass} makes: code takes the place of calls of some of
 * Chicory's methods and, like them, leaves a result on the stack where the operands were.
 *
 * <p>They are made in this order, all of them unless the system property {@value #PROPERTY} names
 * those that are to be, between commas, or {@code none}.
 */
enum Rewrite {
  /** Unsigned division and remainder by a constant: faster. */
  DIVISION {
    @Override
    void apply(ClassNode generated) {
      forEachCall(generated, DivisionRewrite::apply);
    }
  },
  /** Looking at the interrupt flag: not in every turn of a loop. */
  POLLING {
    @Override
    void apply(ClassNode generated) {
      PollingRewrite.apply(generated);
    }
  },
  /** Comparisons that decide a branch: made by it. */
  COMPARISON {
    @Override
    void apply(ClassNode generated) {
      forEachCall(generated, ComparisonRewrite::apply);
    }
  },
  /** Floating-point operations that Chicory's methods get wrong for some operands. */
  FLOAT {
    @Override
    void apply(ClassNode generated) {
      forEachCall(
          generated,
          (method, call) -> {
            if (isOperation(call) && FLOAT_METHODS.containsKey(call.name)) {
              call.owner = Type.getInternalName(FloatingPoint.class);
              call.name = FLOAT_METHODS.get(call.name);
            }
          });
    }
  },
  /** Atomic accesses that are both unaligned and out of bounds: trap as interpreted ones. */
  ATOMIC {
    @Override
    void apply(ClassNode generated) {
      generated.methods.forEach(AtomicAddress::rewrite);
    }
  };

  static final String PROPERTY = "wasmrun.rewrites";
  private static final String NONE = "none";
  private static final String RUNTIME = OpcodeImpl.class.getName().replace('.', '/');

  private static final Map<String, String> FLOAT_METHODS =
      Map.ofEntries(
          Map.entry("F32_ABS", "abs"),
          Map.entry("F64_ABS", "abs"),
          Map.entry("F32_MIN", "min"),
          Map.entry("F64_MIN", "min"),
          Map.entry("F32_MAX", "max"),
          Map.entry("F64_MAX", "max"),
          Map.entry("F32_CEIL", "ceil"),
          Map.entry("F64_CEIL", "ceil"),
          Map.entry("F32_FLOOR", "floor"),
          Map.entry("F64_FLOOR", "floor"),
          Map.entry("F32_TRUNC", "trunc"),
          Map.entry("F64_TRUNC", "trunc"),
          Map.entry("F32_COPYSIGN", "copySign"));

  /**
   * The rewrites that {@value #PROPERTY} leaves switched on.
   *
   * @throws IllegalArgumentException if it names one that does not exist
   */
  static Set<Rewrite> enabled() {
    String named = System.getProperty(PROPERTY);
    if (named == null) {
      return Collections.unmodifiableSet(EnumSet.allOf(Rewrite.class));
    }
    if (named.equals(NONE)) {
      return Set.of();
    }
    return Arrays.stream(named.split(","))
        .map(Rewrite::named)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rewrite.class)));
  }

  /** Changes a class of guest functions, whose frames are expanded. */
  abstract void apply(ClassNode generated);

  /** Whether a call is that of one of Chicory's methods for an instruction. */
  static boolean isOperation(MethodInsnNode call) {
    return call.owner.equals(RUNTIME);
  }

  /** What the instruction pushes, if that is an integer known here. */
  static Optional<Number> constant(AbstractInsnNode instruction) {
    if (instruction instanceof LdcInsnNode load) {
      return load.cst instanceof Long || load.cst instanceof Integer
          ? Optional.of((Number) load.cst)
          : Optional.empty();
    }
    if (instruction instanceof IntInsnNode push && push.getOpcode() != Opcodes.NEWARRAY) {
      return Optional.of(push.operand);
    }
    int opcode = instruction == null ? Opcodes.NOP : instruction.getOpcode();
    if (opcode >= Opcodes.ICONST_M1 && opcode <= Opcodes.ICONST_5) {
      return Optional.of(opcode - Opcodes.ICONST_0);
    }
    return opcode == Opcodes.LCONST_1 ? Optional.of(1L) : Optional.empty();
  }

  private static void forEachCall(
      ClassNode generated, BiConsumer<MethodNode, MethodInsnNode> change) {
    for (MethodNode method : generated.methods) {
      AbstractInsnNode[] instructions = method.instructions.toArray();
      // The last one first: what follows a call has then been changed, such as a negation of it.
      for (int i = instructions.length - 1; i >= 0; i--) {
        if (instructions[i] instanceof MethodInsnNode call) {
          change.accept(method, call);
        }
      }
    }
  }

  private static Rewrite named(String name) {
    return Arrays.stream(values())
        .filter(rewrite -> rewrite.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "-D%s=%s is none of %s, %s"
                        .formatted(
                            PROPERTY,
                            name,
                            Arrays.stream(values())
                                .map(Rewrite::toString)
                                .collect(Collectors.joining(", ")),
                            NONE)));
  }

  /** The name as {@value #PROPERTY} has it, such as {@code division}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
