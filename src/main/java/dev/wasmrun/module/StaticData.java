package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The address ranges that a module's static data occupies, as far as its constants tell: its active
 * segments and what its start function copies or clears at fixed addresses, which is how the linker
 * of LLVM initialises a shared memory.
 */
final class StaticData {
  private StaticData() {}

  static List<AddressRange> ranges(WasmModule module, OptionalInt startFunction) {
    var ranges = new ArrayList<AddressRange>();
    for (DataSegment segment : module.dataSection().dataSegments()) {
      if (segment instanceof ActiveDataSegment active
          && active.offsetInstructions().get(0).opcode() == OpCode.I32_CONST) {
        add(ranges, active.offsetInstructions().get(0).operand(0), segment.data().length);
      }
    }
    int imported = module.importSection().count(ExternalType.FUNCTION);
    if (startFunction.isPresent() && startFunction.getAsInt() >= imported) {
      var body = module.codeSection().getFunctionBody(startFunction.getAsInt() - imported);
      addInitialised(ranges, body.instructions());
    }
    return List.copyOf(ranges);
  }

  /** Whether a data segment contains these bytes. */
  static boolean contains(WasmModule module, byte[] bytes) {
    for (DataSegment segment : module.dataSection().dataSegments()) {
      byte[] data = segment.data();
      for (int i = 0; i + bytes.length <= data.length; i++) {
        if (Arrays.equals(data, i, i + bytes.length, bytes, 0, bytes.length)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Recognises {@code i32.const to; …; i32.const size; memory.init|memory.fill}. */
  private static void addInitialised(List<AddressRange> ranges, List<AnnotatedInstruction> code) {
    for (int i = 3; i < code.size(); i++) {
      OpCode opcode = code.get(i).opcode();
      boolean initialises = opcode == OpCode.MEMORY_INIT || opcode == OpCode.MEMORY_FILL;
      if (initialises
          && code.get(i - 3).opcode() == OpCode.I32_CONST
          && code.get(i - 1).opcode() == OpCode.I32_CONST) {
        add(ranges, code.get(i - 3).operand(0), code.get(i - 1).operand(0));
      }
    }
  }

  private static void add(List<AddressRange> ranges, long start, long size) {
    if (size > 0) {
      ranges.add(new AddressRange(Integer.toUnsignedLong((int) start), size));
    }
  }
}
