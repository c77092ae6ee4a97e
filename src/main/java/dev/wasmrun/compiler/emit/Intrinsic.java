package dev.wasmrun.compiler.emit;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.objectweb.asm.Type;

/**
 * What HotSpot makes vector instructions of: static methods of the JDK. Each takes operator,
 * classes, number of lanes, operands, and last an object that does the same where HotSpot has not
 * compiled the caller.
 */
enum Intrinsic {
  /** Of an operator, a vector. */
  UNARY("unaryOp", "(ICCCIVMf)V", "UnaryOperation", "(VM)V"),
  /** Of an operator, two vectors. */
  BINARY("binaryOp", "(ICCCIPPMf)P", "BinaryOperation", "(PPM)P"),
  /** Of an operator, a vector and how far to shift it. */
  SHIFT("broadcastInt", "(ICCCIVIMf)V", "VectorBroadcastIntOp", "(VIM)V"),
  /** Of a conversion, the classes on both sides, a vector. */
  CONVERT("convert", "(ICCICCIPSf)P", "VectorConvertOp", "(PS)P"),
  /** Of the classes on both sides, a vector, whose lower half is left. */
  HALF("convert", "(ICCICCIPSf)P", "VectorConvertOp", "(PS)P"),
  /** Of a conversion, the classes on both sides, half a vector; leaves lanes twice as wide. */
  WIDEN("convert", "(ICCICCIPSf)P", "VectorConvertOp", "(PS)P"),
  /** Of the bits of a lane. */
  BROADCAST("fromBitsCoerced", "(CCIJISf)P", "FromBitsCoercedOperation", "(JS)P"),
  /** Of a vector and a lane's number; leaves the lane's bits. */
  EXTRACT("extract", "(CCIPIf)J", "VecExtractOp", "(PI)J"),
  /** Of a vector, a lane's number and its bits. */
  INSERT("insert", "(CCIVIJf)V", "VecInsertOp", "(VIJ)V"),
  /** Of a condition, two vectors; leaves a mask. */
  COMPARE("compare", "(ICCCIVVMf)M", "VectorCompareOp", "(IVVM)M"),
  /** Of two vectors and a mask. */
  BLEND("blend", "(CCCIVVMf)V", "VectorBlendOp", "(VVM)V"),
  /** Of a vector and an order. */
  REARRANGE("rearrangeOp", "(CCCCIVHMf)V", "VectorRearrangeOp", "(VHM)V");

  /** The class that has them. */
  static final String OWNER = "jdk/internal/vm/vector/VectorSupport";

  /** The intrinsic's name and descriptor, and those of what does the same. */
  final String method;

  final String descriptor;
  final String slowType;
  final String slowMethod;
  final String slowDescriptor;

  /** Whether the Java at hand has it like this. */
  final boolean present;

  Intrinsic(String method, String descriptor, String slowType, String slowDescriptor) {
    this.method = method;
    this.slowType = OWNER + "$" + slowType;
    this.descriptor = written(descriptor);
    this.slowDescriptor = written(slowDescriptor);
    Method slow = theOnlyOf(this.slowType);
    this.slowMethod = slow == null ? "" : slow.getName();
    this.present =
        slow != null
            && Type.getMethodDescriptor(slow).equals(this.slowDescriptor)
            && has(method, this.descriptor);
  }

  /** A descriptor in which one letter stands for each type. */
  private String written(String letters) {
    var text = new StringBuilder();
    for (char letter : letters.toCharArray()) {
      text.append(
          switch (letter) {
            case 'C' -> "Ljava/lang/Class;";
            case 'P' -> part("VectorPayload");
            case 'V' -> part("Vector");
            case 'M' -> part("VectorMask");
            case 'S' -> part("VectorSpecies");
            case 'H' -> part("VectorShuffle");
            case 'f' -> "L" + slowType + ";";
            default -> String.valueOf(letter);
          });
    }
    return text.toString();
  }

  /** The descriptor of a type in the class. */
  static String part(String name) {
    return "L" + OWNER + "$" + name + ";";
  }

  private static Method theOnlyOf(String type) {
    try {
      return Class.forName(type.replace('/', '.')).getMethods()[0];
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  private static boolean has(String name, String descriptor) {
    return methods()
        .anyMatch(
            method ->
                method.getName().equals(name)
                    && Type.getMethodDescriptor(method).equals(descriptor));
  }

  private static Stream<Method> methods() {
    try {
      return Arrays.stream(Class.forName(OWNER.replace('/', '.')).getMethods())
          .filter(method -> Modifier.isStatic(method.getModifiers()));
    } catch (ClassNotFoundException e) {
      return Stream.empty();
    }
  }

  /** The constant with the number of an operator; null if there is none. */
  String constant(String operator) {
    String name =
        this == COMPARE
            ? "BT_" + operator.toLowerCase(Locale.ROOT)
            : "VECTOR_OP_" + OPERATORS.getOrDefault(operator, operator);
    try {
      return Class.forName(OWNER.replace('/', '.')).getField(name).getName();
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** The operators that the intrinsics have by other names. */
  private static final java.util.Map<String, String> OPERATORS =
      java.util.Map.of("LSHL", "LSHIFT", "ASHR", "RSHIFT", "LSHR", "URSHIFT");
}
