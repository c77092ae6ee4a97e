package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionSection;
import com.dylibso.chicory.wasm.types.Section;
import com.dylibso.chicory.wasm.types.SectionId;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Parsing of a module whose memories or tables have 64-bit addresses, which the parser does not
 * know: as one with 32-bit ones. Its memories have less than 4 GiB.
 *
 * <pre>
 *   the module's bytes ──▶ {@link NarrowedSections}, {@link NarrowedBody} ──▶ other bytes
 *                                                                      │
 *   parsed, and each instruction where it is in                    ◀───┘  parser, validator
 *   the module's own bytes
 * </pre>
 *
 * <p>Nothing that has an index gets another one: locals are added behind those there are. A module
 * that is invalid stays so, for each operand of an instruction keeps its place in the check of
 * types.
 */
final class NarrowedModule {
  /** Tells what the parser makes of the narrowed bytes from what it makes of the module's own. */
  private static final String DIGEST_SUFFIX = "+addresses";

  private final byte[] original;
  private final WideIndices wide;
  private final MovedOffsets offsets = new MovedOffsets();
  private FunctionSection functions = FunctionSection.builder().build();
  private BlockSignatures signatures;

  private NarrowedModule(byte[] original, WideIndices wide) {
    this.original = original;
    this.wide = wide;
  }

  /**
   * Parses and validates a module.
   *
   * @param parser of a module with 32-bit addresses
   * @return empty if it has no other addresses
   * @throws ChicoryException if it is malformed or invalid, or its memory is too large
   */
  static Optional<WasmModule> parse(byte[] bytes, Function<byte[], WasmModule> parser) {
    return WideIndices.find(bytes)
        .map(wide -> new NarrowedModule(bytes, wide))
        .map(
            narrowing -> {
              byte[] narrowed = narrowing.bytes();
              CountChecks.beforeParsing(narrowed);
              return MovedInstructions.of(
                  parser.apply(narrowed),
                  narrowing.offsets,
                  ModuleReader.digest(bytes) + DIGEST_SUFFIX);
            });
  }

  private byte[] bytes() {
    readTypes();
    var out = new BinaryWriter();
    out.copy(original, 0, SectionRange.HEADER_LENGTH);
    var sections = new NarrowedSections(original, wide);
    ByteReader in = SectionRange.sections(original);
    while (in.remaining() > 0) {
      int begin = in.offset();
      int id = in.u8();
      long size = in.u32();
      int start = in.offset();
      in.skip(size);
      if (id == SectionId.CODE) {
        BinaryWriter code = code();
        out.u8(id).u32(code.size()).append(code);
        offsets.moveBy(out.size() - code.size());
      } else {
        var section = new ByteReader(original, start, in.offset());
        Optional<BinaryWriter> narrowed = sections.narrowed(id, section);
        if (narrowed.isPresent()) {
          out.u8(id).u32(narrowed.get().size()).append(narrowed.get());
        } else {
          out.copy(original, begin, in.offset());
        }
      }
    }
    return out.toByteArray();
  }

  /** Types and functions, by the parser. */
  private void readTypes() {
    Map<Integer, Section> sections = new HashMap<>();
    Parser.builder()
        .includeSectionId(SectionId.TYPE)
        .includeSectionId(SectionId.FUNCTION)
        .build()
        .parse(
            new ByteArrayInputStream(original),
            section -> sections.put(section.sectionId(), section));
    signatures = new BlockSignatures(sections);
    if (sections.get(SectionId.FUNCTION) instanceof FunctionSection found) {
      functions = found;
    }
  }

  private BinaryWriter code() {
    var code = new BinaryWriter();
    var cursor = InstructionCursor.of(original);
    code.u32(cursor.functions());
    while (cursor.nextFunction()) {
      var body = new NarrowedBody(original, cursor, wide);
      BinaryWriter bytes = body.write(parameters(cursor.function()));
      code.u32(bytes.size());
      offsets.addAll(body.offsets(), code.size());
      code.append(bytes);
    }
    return code;
  }

  private int parameters(int function) {
    if (function >= functions.functionCount()) {
      throw new MalformedException("function and code section have inconsistent lengths");
    }
    return signatures.function(functions.getFunctionType(function)).params().size();
  }
}
