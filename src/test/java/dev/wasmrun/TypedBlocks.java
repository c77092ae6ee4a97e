package dev.wasmrun;

import java.util.ArrayList;
import java.util.List;

/**
 * Modules that export functions {@code 0}, {@code 1}, … without parameters, each with a block whose
 * type has a given index, and as its result an i64 that tells whether it was taken for that type.
 */
public final class TypedBlocks {
  private static final int I32 = 0x7F;
  private static final int I64 = 0x7E;
  private static final int EMPTY = 0x40;
  private static final int UNREACHABLE = 0x00;
  private static final int BLOCK = 0x02;
  private static final int LOOP = 0x03;
  private static final int IF = 0x04;
  private static final int ELSE = 0x05;
  private static final int THROW = 0x08;
  private static final int END = 0x0B;
  private static final int BRANCH = 0x0C;
  private static final int RETURN = 0x0F;
  private static final int BRANCH_IF = 0x0D;
  private static final int DROP = 0x1A;
  private static final int TRY_TABLE = 0x1F;
  private static final int LOCAL_GET = 0x20;
  private static final int LOCAL_SET = 0x21;
  private static final int LOCAL_TEE = 0x22;
  private static final int I32_CONST = 0x41;
  private static final int I64_CONST = 0x42;
  private static final int I32_LT_U = 0x49;
  private static final int I32_ADD = 0x6A;
  private static final int I64_ADD = 0x7C;
  private static final int I64_EXTEND_I32_U = 0xAD;

  /** What follows the filling: the type of the blocks, of the functions and of the tag. */
  private static final int OWN_TYPES = 3;

  private TypedBlocks() {}

  /** A function's code, in which the type of a block is still to be filled in, and its result. */
  private record Form(long result, ModuleBytes code) {}

  /** The results of the functions, in their order. */
  public static List<Long> results() {
    return forms(ModuleBytes.empty()).stream().map(Form::result).toList();
  }

  /**
   * A module whose blocks have a type of an index that exists.
   *
   * @param index the index of the type
   * @param bytes how many bytes the index has where it is a block's type, or more if it needs more
   * @param typesBehind how many types there are behind those of use
   */
  public static byte[] module(int index, int bytes, int typesBehind) {
    ModuleBytes types = ModuleBytes.empty().unsigned(index + OWN_TYPES + typesBehind);
    for (int i = 0; i < index; i++) {
      filling(types, i);
    }
    types.bytes(0x60, 1, I32, 2, I32, I64).bytes(0x60, 0, 1, I64).bytes(0x60, 1, I32, 0);
    for (int i = 0; i < typesBehind; i++) {
      filling(types, i);
    }
    return module(types, index + 1, forms(ModuleBytes.empty().signed(index, bytes)));
  }

  /**
   * A module of one function of type 0, {@code () -> ()}, in which nothing but a block is.
   *
   * @param types the content of the type section
   * @param blockType the bytes of the block's type
   */
  public static byte[] module(ModuleBytes types, ModuleBytes blockType) {
    ModuleBytes code =
        ModuleBytes.empty()
            .bytes(0, UNREACHABLE, BLOCK)
            .append(blockType)
            .bytes(UNREACHABLE, END, UNREACHABLE, END);
    return ModuleBytes.header()
        .section(1, types)
        .section(3, ModuleBytes.empty().bytes(1, 0))
        .section(10, ModuleBytes.empty().bytes(1).sized(code))
        .toArray();
  }

  private static byte[] module(ModuleBytes types, int functionType, List<Form> forms) {
    ModuleBytes functions = ModuleBytes.empty().unsigned(forms.size());
    ModuleBytes exports = ModuleBytes.empty().unsigned(forms.size());
    ModuleBytes code = ModuleBytes.empty().unsigned(forms.size());
    for (int i = 0; i < forms.size(); i++) {
      functions.unsigned(functionType);
      exports.bytes(1, '0' + i, 0, i);
      code.sized(
          ModuleBytes.empty().bytes(2, 1, I32, 1, I64).append(forms.get(i).code()).bytes(END));
    }
    return ModuleBytes.header()
        .section(1, types)
        .section(3, functions)
        .section(13, ModuleBytes.empty().bytes(1, 0).unsigned(functionType + 1))
        .section(7, exports)
        .section(10, code)
        .toArray();
  }

  /** A type of three parameters that no block here has. */
  private static void filling(ModuleBytes types, int i) {
    types.bytes(0x60, 3, I32 - i % 4, I32 - i / 4 % 4, I32 - i / 16 % 4, 0);
  }

  /** Functions of blocks of type {@code (i32) -> (i32, i64)}, with a local of type i32. */
  private static List<Form> forms(ModuleBytes type) {
    var forms = new ArrayList<Form>();
    forms.add(new Form(12, sum(five().bytes(BLOCK).append(type).bytes(I64_CONST, 7, END))));
    forms.add(
        new Form(12, sum(five().bytes(BLOCK).append(type).bytes(I64_CONST, 7, BRANCH, 0, END))));
    forms.add(new Form(15, sum(loop(type))));
    forms.add(new Form(12, sum(choice(type, 1))));
    forms.add(new Form(14, sum(choice(type, 0))));
    forms.add(new Form(9, caught(type)));
    forms.add(new Form(12, sum(nested(type))));
    forms.add(new Form(5, five().bytes(I64_EXTEND_I32_U, RETURN).append(sum(nested(type)))));
    return forms;
  }

  private static ModuleBytes five() {
    return ModuleBytes.empty().bytes(I32_CONST, 5);
  }

  /** The sum of the two numbers that a block leaves, which is between others of one-byte types. */
  private static ModuleBytes sum(ModuleBytes block) {
    return ModuleBytes.empty()
        .bytes(BLOCK, EMPTY, END)
        .append(block)
        .bytes(LOCAL_SET, 1, I64_EXTEND_I32_U)
        .bytes(LOOP, I64, LOCAL_GET, 1, END, I64_ADD);
  }

  private static ModuleBytes loop(ModuleBytes type) {
    return five()
        .bytes(LOOP)
        .append(type)
        .bytes(I32_CONST, 1, I32_ADD, LOCAL_TEE, 0, LOCAL_GET, 0)
        .bytes(I32_CONST, 8, I32_LT_U, BRANCH_IF, 0, I64_CONST, 7, END);
  }

  private static ModuleBytes choice(ModuleBytes type, int condition) {
    return five()
        .bytes(I32_CONST, condition, IF)
        .append(type)
        .bytes(I64_CONST, 7, ELSE, I32_CONST, 1, I32_ADD, I64_CONST, 8, END);
  }

  /** What is thrown within the block is what its handler gets. */
  private static ModuleBytes caught(ModuleBytes type) {
    return ModuleBytes.empty()
        .bytes(BLOCK, I32)
        .append(five())
        .bytes(TRY_TABLE)
        .append(type)
        .bytes(1, 0, 0, 0)
        .bytes(I32_CONST, 4, I32_ADD, THROW, 0, END)
        .bytes(DROP, END, I64_EXTEND_I32_U);
  }

  private static ModuleBytes nested(ModuleBytes type) {
    return five()
        .bytes(BLOCK)
        .append(type)
        .bytes(LOOP)
        .append(type)
        .bytes(I32_CONST, 1, IF)
        .append(type)
        .bytes(I64_CONST, 7, ELSE, UNREACHABLE, END, END, END);
  }
}
