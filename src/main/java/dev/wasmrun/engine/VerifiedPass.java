package dev.wasmrun.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Passes over a generated class, of which the next one is tried where the JVM refuses what the one
 * before has made.
 *
 * <p>So a mistake of a pass, or of Chicory's compiler, costs time but never a run: without this it
 * would show as a VerifyError when the guest first calls a function of the class.
 */
final class VerifiedPass {
  private static final Pattern FUNCTION = Pattern.compile("func_(\\d{1,9})");

  private VerifiedPass() {}

  /**
   * What the first pass makes of a class that the JVM accepts.
   *
   * @throws UncompilableFunctionsException if there is no such pass because of some functions
   * @throws IllegalStateException if there is none, and no function by itself is why
   * @throws MethodTooLargeException if a pass has made a method too large
   * @throws ClassTooLargeException if a pass has made the class too large
   */
  static byte[] apply(byte[] classFile, List<UnaryOperator<byte[]>> passes) {
    String why = "";
    for (UnaryOperator<byte[]> pass : passes) {
      try {
        byte[] passed = pass.apply(classFile);
        Optional<LinkageError> refusal = refusal(passed);
        if (refusal.isEmpty()) {
          return passed;
        }
        why = firstLine(refusal.get());
      } catch (MethodTooLargeException | ClassTooLargeException e) {
        throw e;
      } catch (RuntimeException e) {
        why = firstLine(e);
      }
    }
    Set<Integer> refused = refusedFunctions(classFile, passes.get(passes.size() - 1));
    if (refused.isEmpty()) {
      throw new IllegalStateException("the JVM does not accept the code made of it: " + why);
    }
    throw new UncompilableFunctionsException(refused);
  }

  /** The functions whose methods are refused each by itself. */
  private static Set<Integer> refusedFunctions(byte[] classFile, UnaryOperator<byte[]> pass) {
    var refused = new HashSet<Integer>();
    var reader = new ClassReader(classFile);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            Matcher function = FUNCTION.matcher(name);
            if (function.matches() && isRefused(only(reader, name), pass)) {
              refused.add(Integer.valueOf(function.group(1)));
            }
            return null;
          }
        },
        ClassReader.SKIP_CODE);
    return refused;
  }

  private static boolean isRefused(byte[] classFile, UnaryOperator<byte[]> pass) {
    try {
      return refusal(pass.apply(classFile)).isPresent();
    } catch (RuntimeException e) {
      return true;
    }
  }

  /** The class with one of its methods only. */
  private static byte[] only(ClassReader reader, String method) {
    var writer = new ClassWriter(0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            return name.equals(method)
                ? super.visitMethod(access, name, descriptor, signature, exceptions)
                : null;
          }
        },
        0);
    return writer.toByteArray();
  }

  /** Why the JVM does not accept a class, if so. It is loaded for that, and nothing of it runs. */
  static Optional<LinkageError> refusal(byte[] classFile) {
    try {
      Class<?> defined = new Trial().define(classFile);
      Class.forName(defined.getName(), true, defined.getClassLoader());
      return Optional.empty();
    } catch (VerifyError | ClassFormatError e) {
      return Optional.of(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a class does not know itself", e);
    }
  }

  /** What an exception says, in one line. */
  static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  /** A loader of one class, forgotten with it. */
  private static final class Trial extends ClassLoader {
    Trial() {
      super(VerifiedPass.class.getClassLoader());
    }

    Class<?> define(byte[] classFile) {
      return defineClass(null, classFile, 0, classFile.length);
    }
  }
}
