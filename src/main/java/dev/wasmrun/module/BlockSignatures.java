package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.Section;
import com.dylibso.chicory.wasm.types.SectionId;
import com.dylibso.chicory.wasm.types.SubType;
import com.dylibso.chicory.wasm.types.TagImport;
import com.dylibso.chicory.wasm.types.TagSection;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The types of a module's functions, tags and blocks, and those that blocks need which are added to
 * its code. New types get the indices behind the module's own.
 */
final class BlockSignatures {
  private static final int FUNCTION_FORM = 0x60;

  private final TypeSection types;
  private final List<Integer> tags = new ArrayList<>();

  /** The types that are added, with their indices. */
  private final Map<FunctionType, Integer> added = new LinkedHashMap<>();

  /**
   * The types of a module.
   *
   * @param sections by their numbers, of which those of types, imports and tags are enough
   */
  BlockSignatures(Map<Integer, Section> sections) {
    types = (TypeSection) sections.getOrDefault(SectionId.TYPE, TypeSection.builder().build());
    if (sections.get(SectionId.IMPORT) instanceof ImportSection imports) {
      imports.stream()
          .filter(TagImport.class::isInstance)
          .forEach(tag -> tags.add(((TagImport) tag).tagType().typeIdx()));
    }
    if (sections.get(SectionId.TAG) instanceof TagSection section) {
      for (int i = 0; i < section.tagCount(); i++) {
        tags.add(section.getTag(i).typeIdx());
      }
    }
  }

  /**
   * The function type of an index.
   *
   * @throws InvalidException if there is none
   */
  FunctionType function(long index) {
    if (index >= 0 && index < types.subTypeCount()) {
      SubType type = types.getSubType((int) index);
      if (type.compType().funcType() != null) {
        return type.compType().funcType();
      }
    }
    throw new InvalidException("unknown type %s of a function".formatted(index));
  }

  /** What a block of a type, as {@link ByteReader#blockType} gives it, takes from the stack. */
  List<ValType> parameters(long blockType) {
    return blockType < 0 ? List.of() : function(blockType).params();
  }

  /**
   * What a tag carries.
   *
   * @throws InvalidException if there is no such tag
   */
  List<ValType> carried(int tag) {
    if (tag < 0 || tag >= tags.size()) {
      throw new InvalidException("unknown tag " + Integer.toUnsignedString(tag));
    }
    return function(tags.get(tag)).params();
  }

  /** Writes the type of a block. */
  void write(List<ValType> parameters, List<ValType> results, BinaryWriter out) {
    if (parameters.isEmpty() && results.isEmpty()) {
      out.u8(BlockTypes.EMPTY);
    } else if (parameters.isEmpty() && results.size() == 1) {
      write(results.get(0), out);
    } else {
      var type = FunctionType.of(parameters, results);
      out.signed(added.computeIfAbsent(type, t -> types.subTypeCount() + added.size()));
    }
  }

  /** How many types the module itself has. */
  int ownCount() {
    return types.subTypeCount();
  }

  /** How many types are added. */
  int addedCount() {
    return added.size();
  }

  /** Writes the types that are added. */
  void writeAdded(BinaryWriter out) {
    for (FunctionType type : added.keySet()) {
      out.u8(FUNCTION_FORM);
      write(type.params(), out);
      write(type.returns(), out);
    }
  }

  private static void write(List<ValType> list, BinaryWriter out) {
    out.u32(list.size());
    list.forEach(type -> write(type, out));
  }

  private static void write(ValType type, BinaryWriter out) {
    boolean nullable = type.opcode() == ValType.ID.RefNull;
    if (!nullable || type.typeIdx() >= 0) {
      out.u8(type.opcode());
    }
    if (nullable || type.opcode() == ValType.ID.Ref) {
      out.signed(type.typeIdx()); // alone if nullable and negative: the short form
    }
  }
}
