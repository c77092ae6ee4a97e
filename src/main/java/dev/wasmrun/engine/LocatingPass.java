package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The change by which generated code tells where it is before each access to memory, so that an
 * observer can name the instruction without walking a stack.
 *
 * <pre>
 *   …, memory  ──▶  …, memory, memory, offset  ──at──▶  …, memory  ── the access as it was
 * </pre>
 */
final class LocatingPass {
  // Chicory turns function 12 into the method func_12, and an access into a call of a static method
  // memory… of a class of its own, the memory being the last argument.
  private static final Pattern FUNCTION = Pattern.compile("func_(\\d{1,9})");
  private static final String ACCESS = "memory";
  private static final Set<String> NO_ACCESS =
      Set.of("memoryGrow", "memoryPages", "memoryDrop", "memoryAtomicFence");
  private static final String LAST_ARGUMENT = Type.getDescriptor(Memory.class) + ")";
  private static final String LOCATION = Type.getInternalName(CodeLocation.class);
  private static final int MORE_STACK = 2;

  private final WasmModule module;

  LocatingPass(WasmModule module) {
    this.module = module;
  }

  /** The class with the change made, except in methods for which it would be too much. */
  byte[] rewrite(byte[] classFile) {
    Set<String> unchanged = new HashSet<>();
    while (true) {
      try {
        return rewrite(classFile, unchanged);
      } catch (MethodTooLargeException e) {
        unchanged.add(e.getMethodName());
      } catch (ClassTooLargeException e) {
        return classFile; // reports do without instructions then
      }
    }
  }

  private byte[] rewrite(byte[] classFile, Set<String> unchanged) {
    var generated = new ClassNode();
    new ClassReader(classFile).accept(generated, 0);
    for (MethodNode method : generated.methods) {
      Matcher function = FUNCTION.matcher(method.name);
      if (function.matches() && !unchanged.contains(method.name)) {
        locate(method, MemoryInstructions.offsets(module, Integer.parseInt(function.group(1))));
      }
    }
    // Frames stay as they are: what is inserted branches nowhere and leaves the stack as it was.
    var writer = new ClassWriter(0);
    generated.accept(writer);
    return writer.toByteArray();
  }

  private static void locate(MethodNode method, int[] offsets) {
    List<MethodInsnNode> accesses = accesses(method);
    for (int i = 0; i < accesses.size(); i++) {
      // Should the two not match, the first access stands for all of the function.
      int offset = accesses.size() == offsets.length ? offsets[i] : offsets[0];
      var tell = new InsnList();
      tell.add(new InsnNode(Opcodes.DUP));
      tell.add(new LdcInsnNode(offset));
      tell.add(
          new MethodInsnNode(
              Opcodes.INVOKESTATIC,
              LOCATION,
              "at",
              "(" + Type.getDescriptor(Memory.class) + "I)V"));
      method.instructions.insertBefore(accesses.get(i), tell);
    }
    if (!accesses.isEmpty()) {
      method.maxStack += MORE_STACK;
    }
  }

  private static List<MethodInsnNode> accesses(MethodNode method) {
    var accesses = new ArrayList<MethodInsnNode>();
    for (AbstractInsnNode instruction : method.instructions) {
      if (instruction instanceof MethodInsnNode call
          && call.getOpcode() == Opcodes.INVOKESTATIC
          && call.name.startsWith(ACCESS)
          && !NO_ACCESS.contains(call.name)
          && call.desc.contains(LAST_ARGUMENT)) {
        accesses.add(call);
      }
    }
    return accesses;
  }
}
