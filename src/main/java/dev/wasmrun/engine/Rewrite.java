package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.OpcodeImpl;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * One kind of change that the {@link BytecodePass} makes: calls of some of Chicory's methods become
 * calls of ours, of the same type.
 *
 * <p>All are made unless the system property {@value #PROPERTY} names those that are to be, between
 * commas, or {@code none}.
 */
enum Rewrite {
  /** Unsigned division and remainder by a positive constant: faster. */
  DIVISION(
      UnsignedDivision.class,
      Map.of(
          "I32_DIV_U", "divide",
          "I32_REM_U", "remainder",
          "I64_DIV_U", "divide",
          "I64_REM_U", "remainder")) {
    @Override
    boolean suits(MethodInsnNode call) {
      return pushesPositiveConstant(call.getPrevious());
    }
  },
  /** Floating-point operations that Chicory's methods get wrong for some operands. */
  FLOAT(
      FloatingPoint.class,
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
          Map.entry("F32_COPYSIGN", "copySign"))) {
    @Override
    boolean suits(MethodInsnNode call) {
      return true;
    }
  };

  static final String PROPERTY = "wasmrun.rewrites";
  private static final String NONE = "none";
  private static final String RUNTIME = Type.getInternalName(OpcodeImpl.class);

  private final String ours;
  private final Map<String, String> methods;

  Rewrite(Class<?> ours, Map<String, String> methods) {
    this.ours = Type.getInternalName(ours);
    this.methods = methods;
  }

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
    return Arrays.stream(named.split(",")).map(Rewrite::named).collect(Collectors.toSet());
  }

  /** Redirects the call if it is one of those to change. */
  final void apply(MethodInsnNode call) {
    if (call.owner.equals(RUNTIME) && methods.containsKey(call.name) && suits(call)) {
      call.owner = ours;
      call.name = methods.get(call.name);
    }
  }

  /** Whether our method takes the operands that the call may have. */
  abstract boolean suits(MethodInsnNode call);

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

  /** Whether the last operand is a constant above zero, with no label between it and the call. */
  private static boolean pushesPositiveConstant(AbstractInsnNode instruction) {
    if (instruction instanceof LdcInsnNode load) {
      return load.cst instanceof Long wide && wide > 0
          || load.cst instanceof Integer narrow && narrow > 0;
    }
    if (instruction instanceof IntInsnNode push) {
      return push.getOpcode() != Opcodes.NEWARRAY && push.operand > 0;
    }
    if (instruction == null) {
      return false;
    }
    int opcode = instruction.getOpcode();
    return opcode >= Opcodes.ICONST_1 && opcode <= Opcodes.ICONST_5 || opcode == Opcodes.LCONST_1;
  }

  /** The name as {@value #PROPERTY} has it, such as {@code division}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
