package dev.wasmrun.module;

import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionSection;
import com.dylibso.chicory.wasm.types.Section;
import com.dylibso.chicory.wasm.types.SectionId;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Parsing of a module with the first form of WebAssembly's exceptions, which compilers of C++ still
 * produce and the parser does not know.
 *
 * <pre>
 *   the module's bytes ──▶ {@link TryBlocks}, {@link RewrittenBody} ──▶ other bytes, which say the same with try_table
 *                                                       │
 *   parsed, and each instruction where it is in     ◀───┘  parser, validator
 *   the module's own bytes
 * </pre>
 *
 * <p>Nothing that has an index gets another one: types and locals are added behind those there are.
 */
final class LegacyExceptions {
  /** Tells what the parser makes of the rewritten bytes from what it makes of the module's own. */
  private static final String DIGEST_SUFFIX = "+exceptions";

  private final byte[] original;
  private final BlockSignatures signatures;
  private final FunctionSection functions;
  private final BinaryWriter code = new BinaryWriter();
  private final MovedOffsets offsets = new MovedOffsets();

  private LegacyExceptions(byte[] original, Map<Integer, Section> sections) {
    this.original = original;
    this.signatures = new BlockSignatures(sections);
    this.functions =
        (FunctionSection)
            sections.getOrDefault(SectionId.FUNCTION, FunctionSection.builder().build());
  }

  /**
   * Parses and validates a module.
   *
   * @throws com.dylibso.chicory.wasm.ChicoryException if it is malformed or invalid
   */
  static WasmModule parse(byte[] bytes) {
    var sections = new HashMap<Integer, Section>();
    Parser.builder()
        .includeSectionId(SectionId.TYPE)
        .includeSectionId(SectionId.IMPORT)
        .includeSectionId(SectionId.FUNCTION)
        .includeSectionId(SectionId.TAG)
        .build()
        .parse(
            new ByteArrayInputStream(bytes), section -> sections.put(section.sectionId(), section));
    var rewriting = new LegacyExceptions(bytes, sections);
    rewriting.writeCode();
    byte[] rewritten = rewriting.module();
    WasmModule module = BlockTypes.parse(rewritten);
    TypeIndices.check(module, rewriting.signatures.ownCount());
    CountChecks.afterParsing(module, rewritten);
    return MovedInstructions.of(
        module, rewriting.offsets, ModuleReader.digest(bytes) + DIGEST_SUFFIX);
  }

  private void writeCode() {
    var ahead = InstructionCursor.of(original);
    var cursor = InstructionCursor.of(original);
    code.u32(cursor.functions());
    while (ahead.nextFunction() && cursor.nextFunction()) {
      int start = cursor.bodyStart();
      TryBlocks blocks = TryBlocks.of(ahead, signatures);
      if (blocks.all().isEmpty()) {
        int size = cursor.bodyEnd() - start;
        code.u32(size);
        offsets.copied(code.size(), start);
        code.copy(original, start, cursor.bodyEnd());
      } else {
        var body = new RewrittenBody(original, cursor, signatures, blocks);
        body.write(parameters(cursor.function()));
        code.u32(body.bytes().size());
        offsets.addAll(body.offsets(), code.size());
        code.append(body.bytes());
      }
    }
  }

  private int parameters(int function) {
    if (function >= functions.functionCount()) {
      throw new MalformedException("function and code section have inconsistent lengths");
    }
    return signatures.function(functions.getFunctionType(function)).params().size();
  }

  /** The module with other types and other code. */
  private byte[] module() {
    var out = new BinaryWriter();
    out.copy(original, 0, SectionRange.HEADER_LENGTH);
    ByteReader in = SectionRange.sections(original);
    while (in.remaining() > 0) {
      int begin = in.offset();
      int id = in.u8();
      long size = in.u32();
      int start = in.offset();
      in.skip(size);
      switch (id) {
        case SectionId.TYPE -> writeSection(out, id, types(start, in.offset()));
        case SectionId.CODE -> {
          writeSection(out, id, code);
          offsets.moveBy(out.size() - code.size());
        }
        default -> out.copy(original, begin, in.offset());
      }
    }
    return out.toByteArray();
  }

  private BinaryWriter types(int start, int end) {
    var in = new ByteReader(original, start, end);
    int count = (int) in.u32();
    var types = new BinaryWriter();
    types.u32(count + signatures.addedCount()).copy(original, in.offset(), end);
    signatures.writeAdded(types);
    return types;
  }

  private static void writeSection(BinaryWriter out, int id, BinaryWriter content) {
    out.u8(id).u32(content.size()).append(content);
  }
}
