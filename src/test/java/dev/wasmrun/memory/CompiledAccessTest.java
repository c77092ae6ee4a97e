package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/** Each form of access that this Java has loads and stores what the memory's own methods do. */
class CompiledAccessTest {
  private static final int PAGE = MemoryType.PAGE_SIZE;
  private static final Class<?>[] TYPES = {
    byte.class, short.class, int.class, long.class, float.class, double.class
  };
  private static final long UNSIGNED = 0xFFFF_FFFFL;
  private static final int[] WIDTHS = {1, 2, 4, 8, 4, 8};

  /** A memory of a page, of two at most, and the methods of a form. */
  private static final class Subject {
    private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 2, true));
    private final CompiledBounds accesses;
    private final Class<?> type;

    Subject(AccessForm form, boolean direct) throws ReflectiveOperationException {
      assumeTrue(form.isThere());
      this.accesses = new CompiledAccess(form).accesses(memory, memory.buffer, direct);
      this.type = accesses.getClass().getSuperclass();
      accesses.bound(PAGE);
    }

    Object load(int type, int address, long offset) {
      return call(method("load", type), address, accesses, offset);
    }

    void store(int type, int address, Object value, long offset) {
      call(method("store", type), address, value, accesses, offset);
    }

    private Method method(String prefix, int number) {
      String name = TYPES[number].getName();
      String full = prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
      return Arrays.stream(type.getDeclaredMethods())
          .filter(method -> method.getName().equals(full))
          .findFirst()
          .orElseThrow();
    }

    private static Object call(Method method, Object... args) {
      try {
        return method.invoke(null, args);
      } catch (InvocationTargetException e) {
        throw (RuntimeException) e.getCause();
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }

    Object expected(int type, int address) {
      return switch (type) {
        case 0 -> memory.getByte(address);
        case 1 -> memory.getShort(address);
        case 2 -> memory.getInt(address);
        case 3 -> memory.getLong(address);
        case 4 -> memory.getFloat(address);
        default -> memory.getDouble(address);
      };
    }
  }

  private static Object value(int type, long bits) {
    return switch (type) {
      case 0 -> (byte) bits;
      case 1 -> (short) bits;
      case 2 -> (int) bits;
      case 3 -> bits;
      case 4 -> (float) bits;
      default -> (double) bits;
    };
  }

  @ParameterizedTest
  @EnumSource(AccessForm.class)
  void whatIsStoredIsInTheMemory(AccessForm form) throws ReflectiveOperationException {
    for (boolean direct : new boolean[] {true, false}) {
      var subject = new Subject(form, direct);
      var random = new Random(1);
      for (int i = 0; i < 5000; i++) {
        int type = random.nextInt(TYPES.length);
        int sum = random.nextInt(PAGE - WIDTHS[type] + 1);
        int offset = random.nextInt(sum + 1);
        Object value = value(type, random.nextLong());
        subject.store(type, sum - offset, value, offset);
        assertEquals(value, subject.expected(type, sum), () -> form + " at " + sum);
        assertEquals(value, subject.load(type, sum - offset, offset), () -> form + " at " + sum);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AccessForm.class)
  void everythingOutsideTraps(AccessForm form) throws ReflectiveOperationException {
    var subject = new Subject(form, true);
    int[] outside = {PAGE, PAGE + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -8, -1};
    for (int type = 0; type < TYPES.length; type++) {
      int number = type;
      int first = PAGE - WIDTHS[type] + 1;
      Object value = value(type, -1);
      for (int address : outside) {
        for (long offset : new long[] {0, 1, 8, PAGE, Integer.MAX_VALUE, UNSIGNED}) {
          assertTraps(() -> subject.load(number, address, offset));
          assertTraps(() -> subject.store(number, address, value, offset));
        }
      }
      assertTraps(() -> subject.load(number, first, 0));
      assertTraps(() -> subject.store(number, 0, value, first));
      assertTraps(() -> subject.load(number, 0, UNSIGNED));
    }
    for (int address = 0; address < PAGE; address += Long.BYTES) {
      assertEquals(0, subject.memory.getLong(address), "nothing is written by what traps");
    }
  }

  private static void assertTraps(org.junit.jupiter.api.function.Executable access) {
    MemoryTrap trap = assertThrows(MemoryTrap.class, access);
    assertEquals(MemoryTrap.Kind.OUT_OF_BOUNDS, trap.kind());
  }

  /** Else it inlines them only where they are called often. */
  @ParameterizedTest
  @EnumSource(AccessForm.class)
  void hotSpotInlinesThemEverywhere(AccessForm form) {
    int most = 35;
    new ClassReader(new AccessGenerator(form).accesses())
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int flags, String name, String type, String sign, String[] thrown) {
                return new CodeSizeEvaluator(null) {
                  @Override
                  public void visitEnd() {
                    assertTrue(getMinSize() <= most, () -> name + ": " + getMinSize());
                  }
                };
              }
            },
            0);
  }

  @Test
  void growthIsSeenWhateverBoundIsKnown() throws ReflectiveOperationException {
    for (AccessForm form : AccessForm.values()) {
      if (form.isThere()) {
        var subject = new Subject(form, true);
        subject.memory.grow(1);
        subject.store(2, PAGE, 42, 0); // by the older bound, this is outside
        assertEquals(42, subject.load(2, PAGE, 0));
        subject.accesses.bound(2 * PAGE);
        assertEquals(42, subject.load(2, PAGE, 0));
      }
    }
  }
}
