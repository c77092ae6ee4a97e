package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.InvalidException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The address of an atomic access that is both unaligned and beyond all memory.
 *
 * <p>Chicory's interpreter refuses an address above 2 GiB first, the methods for compiled code look
 * at its alignment first. The specification leaves it open; here the interpreter is followed.
 *
 * <p>Public because generated classes call it.
 */
public final class AtomicAddress {
  private static final String ACCESS = "memoryAtomic";

  private AtomicAddress() {}

  /**
   * Called when an atomic access is found to be unaligned, before it traps for that.
   *
   * @throws WasmRuntimeException if the address is beyond what a memory can have
   */
  public static void requireWithinMemory(int address) {
    if (address < 0) {
      throw new WasmRuntimeException("out of bounds memory access");
    }
  }

  /** Inserts the call into a method for an atomic access, whose first argument is the address. */
  static void rewrite(MethodNode method) {
    if (!method.name.startsWith(ACCESS)) {
      return;
    }
    for (AbstractInsnNode instruction : method.instructions.toArray()) {
      if (instruction instanceof TypeInsnNode creation
          && creation.getOpcode() == Opcodes.NEW
          && creation.desc.equals(Type.getInternalName(InvalidException.class))) {
        var check = new InsnList();
        check.add(new VarInsnNode(Opcodes.ILOAD, 0));
        check.add(
            new MethodInsnNode(
                Opcodes.INVOKESTATIC,
                Type.getInternalName(AtomicAddress.class),
                "requireWithinMemory",
                "(I)V"));
        method.instructions.insertBefore(creation, check);
      }
    }
  }
}
