package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.GlobalImport;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.SectionId;
import com.dylibso.chicory.wasm.types.TableImport;
import com.dylibso.chicory.wasm.types.TagImport;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The names of imports, and those in the name section, that have characters which no identifier
 * has: a name may be any text, but Chicory 1.7.5 takes such a one for malformed UTF-8. They are
 * parsed with question marks in place of these characters; imports get their names back.
 *
 * <p>No byte moves.
 */
final class UnusualNames {
  private static final byte[] NAME_SECTION = "name".getBytes(StandardCharsets.UTF_8);

  /** All characters below are one byte. */
  private static final int FIRST_OF_TWO_BYTES = 0x80;

  /** The parts of the name section that are no maps from an index to a name. */
  private static final int MODULE = 0;

  private static final int LOCALS = 2;
  private static final int LABELS = 3;

  private final byte[] original;
  private final List<ImportName> imports = new ArrayList<>();

  /** A copy with other names; null as long as there is none. */
  private byte[] replaced;

  /** What an import is really called. */
  private record ImportName(String module, String name) {}

  private UnusualNames(byte[] original) {
    this.original = original;
  }

  /**
   * Replaces such characters.
   *
   * @return what is to be parsed instead; empty if there are none, or the module is malformed in a
   *     way that the parser finds
   */
  static Optional<UnusualNames> find(byte[] module) {
    var names = new UnusualNames(module);
    try {
      SectionRange.visit(module, names::readSection);
    } catch (MalformedException e) {
      return Optional.empty();
    }
    return names.replaced == null ? Optional.empty() : Optional.of(names);
  }

  /** The bytes with other names. */
  byte[] bytes() {
    return replaced;
  }

  /** A module parsed from those, whose imports have their own names. */
  WasmModule restore(WasmModule module) {
    var section = ImportSection.builder();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      section.addImport(named(module.importSection().getImport(i), imports.get(i)));
    }
    var copy = ModuleCopy.of(module).withValidation(false);
    copy.withDigest(module.digest() + "+" + ModuleReader.digest(original));
    copy.setImportSection(section.build());
    return copy.build();
  }

  private static Import named(Import old, ImportName name) {
    if (old instanceof FunctionImport function) {
      return new FunctionImport(name.module(), name.name(), function.typeIndex());
    } else if (old instanceof TableImport table) {
      return new TableImport(name.module(), name.name(), table.entryType(), table.limits());
    } else if (old instanceof MemoryImport memory) {
      return new MemoryImport(name.module(), name.name(), memory.limits());
    } else if (old instanceof GlobalImport global) {
      return new GlobalImport(name.module(), name.name(), global.mutabilityType(), global.type());
    }
    var type = ((TagImport) old).tagType();
    return new TagImport(name.module(), name.name(), type.attribute(), type.typeIdx());
  }

  private void readSection(int id, ByteReader in) {
    switch (id) {
      case SectionId.IMPORT -> readImports(in);
      case SectionId.CUSTOM -> readCustom(in);
      default -> {}
    }
  }

  private void readImports(ByteReader in) {
    long count = in.u32();
    for (long i = 0; i < count; i++) {
      imports.add(new ImportName(readName(in), readName(in)));
      switch (in.u8()) {
        case 0 -> in.u32(); // a function's type
        case 1 -> {
          in.skipValueType();
          skipLimits(in);
        }
        case 2 -> skipLimits(in);
        case 3 -> {
          in.skipValueType();
          in.u8();
        }
        default -> {
          in.u8();
          in.u32(); // a tag's type
        }
      }
    }
  }

  private static void skipLimits(ByteReader in) {
    int flags = in.u8();
    in.u64();
    if ((flags & 1) != 0) {
      in.u64();
    }
  }

  private void readCustom(ByteReader in) {
    long length = in.u32();
    int start = in.offset();
    in.skip(length);
    if (!Arrays.equals(original, start, in.offset(), NAME_SECTION, 0, NAME_SECTION.length)) {
      return;
    }
    try {
      while (in.remaining() > 0) {
        int id = in.u8();
        long size = in.u32();
        int from = in.offset();
        in.skip(size);
        readNames(id, new ByteReader(original, from, in.offset()));
      }
    } catch (MalformedException e) {
      // Whatever a name section has, the module is what it is.
    }
  }

  private void readNames(int id, ByteReader in) {
    switch (id) {
      case MODULE -> readName(in);
      case LOCALS, LABELS -> {
        for (long i = in.u32(); i > 0; i--) {
          in.u32(); // whose they are
          readNames(in);
        }
      }
      default -> readNames(in);
    }
  }

  private void readNames(ByteReader in) {
    for (long i = in.u32(); i > 0; i--) {
      in.u32(); // what is called so
      readName(in);
    }
  }

  /** Reads a name, and replaces what is unusual about it if it is UTF-8 at all. */
  private String readName(ByteReader in) {
    long length = in.u32();
    int start = in.offset();
    in.skip(length);
    String name = new String(original, start, (int) length, StandardCharsets.UTF_8);
    if (name.length() != length && isText(start, (int) length)) {
      replaceUnusual(name, start);
    }
    return name;
  }

  private boolean isText(int start, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(original, start, length));
      return true;
    } catch (CharacterCodingException e) {
      return false; // the parser refuses it
    }
  }

  private void replaceUnusual(String name, int start) {
    int at = start;
    for (int character : name.codePoints().toArray()) {
      int end = at + Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
      if (!isUsual(character)) {
        replaced = replaced == null ? original.clone() : replaced;
        Arrays.fill(replaced, at, end, (byte) '?');
      }
      at = end;
    }
  }

  /** Whether the parser takes a character as it is. */
  private static boolean isUsual(int character) {
    return character < FIRST_OF_TWO_BYTES
        || Character.isBmpCodePoint(character) && Character.isUnicodeIdentifierPart(character);
  }
}
