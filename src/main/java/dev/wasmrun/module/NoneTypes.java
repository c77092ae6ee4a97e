package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ArrayType;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.CompType;
import com.dylibso.chicory.wasm.types.DeclarativeElement;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.ElementSection;
import com.dylibso.chicory.wasm.types.FieldType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.GlobalImport;
import com.dylibso.chicory.wasm.types.GlobalSection;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.PassiveElement;
import com.dylibso.chicory.wasm.types.RecType;
import com.dylibso.chicory.wasm.types.StorageType;
import com.dylibso.chicory.wasm.types.StructType;
import com.dylibso.chicory.wasm.types.SubType;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableImport;
import com.dylibso.chicory.wasm.types.TableSection;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.ValType.TypeIdxCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A module in which {@code none}, the type of no value, has become one that suits any reference,
 * for Chicory 1.7.5's validator: its {@code none} suits {@code any}, but neither {@code eq}, {@code
 * i31}, {@code struct} nor {@code array}.
 *
 * <pre>
 *   (param nullref) (result (ref none)) (local nullref) …  ──▶  the same of the validator's bottom
 * </pre>
 *
 * <p>Bottom suits functions and the host's objects, too, which does no harm: null is null, and
 * there is no value of type {@code (ref none)}. Types in instructions are not replaced here; see
 * {@link NoneOperands}.
 */
final class NoneTypes {
  private static final int NONE = TypeIdxCode.NONE.code();
  private static final int BOTTOM = TypeIdxCode.BOT.code();

  private NoneTypes() {}

  /** A type of a value. */
  static ValType replaced(ValType type) {
    return type.isReference() && type.typeIdx() == NONE
        ? ValType.builder().withOpcode(type.opcode()).withTypeIdx(BOTTOM).build()
        : type;
  }

  private static List<ValType> replaced(List<ValType> types) {
    return types.stream().map(NoneTypes::replaced).toList();
  }

  /** A copy of a module, with these elements, that can be validated. */
  static WasmModule.Builder copy(WasmModule module, ElementSection elements) {
    var copy = ModuleCopy.of(module);
    copy.setTypeSection(types(module.typeSection()));
    copy.setImportSection(imports(module.importSection()));
    var tables = TableSection.builder();
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      Table table = module.tableSection().getTable(i);
      tables.addTable(new Table(replaced(table.elementType()), table.limits(), table.initialize()));
    }
    copy.setTableSection(tables.build());
    var globals = GlobalSection.builder();
    for (Global global : module.globalSection().globals()) {
      globals.addGlobal(
          new Global(
              replaced(global.valueType()), global.mutabilityType(), global.initInstructions()));
    }
    copy.setGlobalSection(globals.build());
    var replacedElements = ElementSection.builder();
    elements.stream().map(NoneTypes::element).forEach(replacedElements::addElement);
    copy.setElementSection(replacedElements.build());
    var code = CodeSection.builder();
    code.setRequiresDataCount(module.codeSection().isRequiresDataCount());
    for (FunctionBody body : module.codeSection().functionBodies()) {
      code.addFunctionBody(new FunctionBody(replaced(body.localTypes()), casts(body)));
    }
    return copy.setCodeSection(code.build());
  }

  /** The instructions of a body in which each cast to {@code none} leaves a null of bottom. */
  private static List<AnnotatedInstruction> casts(FunctionBody body) {
    var instructions = new ArrayList<AnnotatedInstruction>();
    for (AnnotatedInstruction instruction : body.instructions()) {
      instructions.add(instruction);
      boolean nullable = instruction.opcode() == OpCode.CAST_TEST_NULL;
      if ((nullable || instruction.opcode() == OpCode.CAST_TEST)
          && instruction.operand(0) == NONE) {
        instructions.add(behind(instruction, OpCode.DROP, 0));
        instructions.add(behind(instruction, OpCode.REF_NULL, BOTTOM));
        if (!nullable) {
          instructions.add(behind(instruction, OpCode.REF_AS_NON_NULL));
        }
      }
    }
    return instructions;
  }

  private static AnnotatedInstruction behind(
      AnnotatedInstruction cast, OpCode opcode, long... operands) {
    return AnnotatedInstruction.builder()
        .from(new Instruction(cast.address(), opcode, operands))
        .withDepth(cast.depth())
        .build();
  }

  private static TypeSection types(TypeSection section) {
    var types = TypeSection.builder();
    for (int i = 0; i < section.typeCount(); i++) {
      SubType[] group =
          Arrays.stream(section.getRecType(i).subTypes())
              .map(NoneTypes::subType)
              .toArray(SubType[]::new);
      types.addRecType(RecType.builder().withSubTypes(group).build());
    }
    return types.build();
  }

  private static SubType subType(SubType type) {
    return SubType.builder()
        .withTypeIdx(type.typeIdx())
        .withFinal(type.isFinal())
        .withCompType(composite(type.compType()))
        .build();
  }

  private static CompType composite(CompType type) {
    var composite = CompType.builder();
    if (type.structType() != null) {
      var struct = StructType.builder();
      Arrays.stream(type.structType().fieldTypes())
          .map(NoneTypes::field)
          .forEach(struct::addFieldType);
      return composite.withStructType(struct.build()).build();
    } else if (type.arrayType() != null) {
      var array = ArrayType.builder().withFieldType(field(type.arrayType().fieldType()));
      return composite.withArrayType(array.build()).build();
    }
    FunctionType function = type.funcType();
    return composite
        .withFuncType(FunctionType.of(replaced(function.params()), replaced(function.returns())))
        .build();
  }

  private static FieldType field(FieldType field) {
    if (field.storageType().valType() == null) {
      return field; // packed
    }
    var storage = StorageType.builder().withValType(replaced(field.storageType().valType()));
    return FieldType.builder().withStorageType(storage.build()).withMutability(field.mut()).build();
  }

  private static ImportSection imports(ImportSection section) {
    var imports = ImportSection.builder();
    section.stream().map(NoneTypes::imported).forEach(imports::addImport);
    return imports.build();
  }

  private static Import imported(Import item) {
    if (item instanceof GlobalImport global) {
      return new GlobalImport(
          item.module(), item.name(), global.mutabilityType(), replaced(global.type()));
    } else if (item instanceof TableImport table) {
      return new TableImport(
          item.module(), item.name(), replaced(table.entryType()), table.limits());
    }
    return item;
  }

  private static Element element(Element element) {
    ValType type = replaced(element.type());
    if (element instanceof ActiveElement active) {
      return new ActiveElement(type, element.initializers(), active.tableIndex(), active.offset());
    }
    return element instanceof DeclarativeElement
        ? new DeclarativeElement(type, element.initializers())
        : new PassiveElement(type, element.initializers());
  }
}
