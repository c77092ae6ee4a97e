package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.SubType;
import com.dylibso.chicory.wasm.types.TypeSection;
import java.util.Arrays;
import java.util.Optional;

/**
 * A module's blocks whose type has an index that the parser {@link BlockTypes misreads}, and the
 * module parsed with copies of these types at indices that it reads as they are.
 *
 * <pre>
 *   the bytes         after the search     parsed, not validated    validated
 *   02 EE 00          02 80 01             block type 128           block type 301
 *   block type 110    (a placeholder)                               = a copy of type 110
 * </pre>
 *
 * <p>No byte moves, so every instruction keeps its offset; and no type does, so every other index
 * keeps its meaning. The digest tells the result from what the parser alone makes of the bytes.
 */
final class MovedBlockTypes {
  /*
   * The placeholder is written so that the parser reads as many bytes as there are: after what it
   * takes for a `ref` it would read a heap type, too. It has as many bytes as the index had, and any
   * index of two bytes does; what it refers to is not looked at before the validation. By then the
   * true index is in the parsed instruction, where it may be as large as it has to be, however many
   * types the module has.
   *
   * The types added behind the module's own exist for blocks only. That no other index refers to
   * them, in which case the module is invalid, is checked here: the validator cannot tell them apart.
   */
  private static final byte PLACEHOLDER_LOW = (byte) 0x80;
  private static final int PLACEHOLDER_HIGH = 1;
  private static final int MORE = 0x80;

  private static final String DIGEST_SUFFIX = "+blocks";

  private final byte[] original;
  private final byte[] patched;

  /** The offsets of the blocks, ascending. */
  private int[] offsets = new int[16];

  /** The index of each block's type. */
  private int[] indices = new int[16];

  private int count;

  private MovedBlockTypes(byte[] bytes) {
    this.original = bytes;
    this.patched = bytes.clone();
  }

  /**
   * Looks at each block of a module.
   *
   * @return those with such a type, if there are any
   * @throws MalformedException if the code, or the type of a block, is malformed
   */
  static Optional<MovedBlockTypes> find(byte[] bytes) {
    MovedBlockTypes found = null;
    var cursor = InstructionCursor.of(bytes);
    while (cursor.nextFunction()) {
      while (cursor.next()) {
        if (cursor.immediates().beginBlock()) {
          BlockTypes.check(cursor.operand(), cursor.immediatesOffset());
          if (BlockTypes.isMisread(cursor.operand())) {
            found = found == null ? new MovedBlockTypes(bytes) : found;
            found.add(cursor);
          }
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private void add(InstructionCursor block) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      indices = Arrays.copyOf(indices, 2 * count);
    }
    offsets[count] = block.offset();
    indices[count++] = (int) block.operand();
    int at = block.immediatesOffset();
    patched[at] = PLACEHOLDER_LOW;
    patched[at + 1] = (byte) (patched[at + 1] & MORE | PLACEHOLDER_HIGH);
  }

  /**
   * Parses and validates the module.
   *
   * @throws com.dylibso.chicory.wasm.ChicoryException if it is malformed or invalid
   */
  WasmModule parse() {
    WasmModule module = Validation.parseOnly(patched);
    TypeIndices.check(module);
    int[] moved = new int[Byte.MAX_VALUE + 1];
    TypeSection types = withCopies(module.typeSection(), moved);
    setTypes(module, moved);
    return Validation.validated(
        ModuleCopy.of(module)
            .setTypeSection(types)
            .withValidation(false)
            .withDigest(ModuleReader.digest(original) + DIGEST_SUFFIX)
            .build());
  }

  /**
   * The types, and behind them copies of those that are needed.
   *
   * @param moved where the new indices are put, by the old ones
   */
  private TypeSection withCopies(TypeSection types, int[] moved) {
    var more = TypeSection.builder();
    for (int i = 0; i < types.typeCount(); i++) {
      more.addRecType(types.getRecType(i));
    }
    int next = types.subTypeCount();
    for (int index : Arrays.stream(indices, 0, count).distinct().sorted().toArray()) {
      FunctionType type = functionType(types.getSubType(index), index);
      for (; BlockTypes.isMisread(next); next++) {
        more.addFunctionType(FunctionType.empty());
      }
      more.addFunctionType(type);
      moved[index] = next++;
    }
    return more.build();
  }

  private static FunctionType functionType(SubType type, int index) {
    if (type.compType().funcType() == null) {
      throw new InvalidException("type %s of a block is not of a function".formatted(index));
    }
    return type.compType().funcType();
  }

  private void setTypes(WasmModule module, int[] moved) {
    int types = module.typeSection().subTypeCount();
    int set = 0;
    for (FunctionBody body : module.codeSection().functionBodies()) {
      for (AnnotatedInstruction instruction : body.instructions()) {
        if (!isBlock(instruction.opcode())) {
          continue;
        }
        if (set < count && instruction.address() == offsets[set]) {
          int index = moved[indices[set++]];
          // Both are asked for the type: this one, and through its scope the block's end.
          instruction.setOperand(0, index);
          instruction.scope().setOperand(0, index);
        } else {
          TypeIndices.checkBlock(instruction, types);
        }
      }
    }
    if (set < count) {
      throw new MalformedException("malformed code at 0x%x".formatted(offsets[set]));
    }
  }

  private static boolean isBlock(OpCode opcode) {
    return switch (opcode) {
      case BLOCK, LOOP, IF, TRY_TABLE -> true;
      default -> false;
    };
  }
}
