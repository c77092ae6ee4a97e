package dev.wasmrun.module;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.MalformedException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MemorySection;
import com.dylibso.chicory.wasm.types.OpCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns bytes into a validated {@link WasmModule}, and every way that can fail into one line. */
final class ModuleReader {
  private static final byte[] MAGIC = {0, 'a', 's', 'm'};
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};

  /** Where modules have the upper half of their version, components have the layer. */
  private static final byte COMPONENT_LAYER = 1;

  /** What the parser says of try, catch, rethrow, delegate and catch_all. */
  private static final Pattern OLD_EXCEPTIONS =
      Pattern.compile("illegal opcode, op value (06|07|09|18|19)\\b");

  private ModuleReader() {}

  static WasmModule parse(ModuleSource source) {
    checkHeader(source);
    try {
      CountChecks.beforeParsing(source.bytes());
      WasmModule module = parse(source.bytes());
      BodyChecks.check(module);
      ExternChecks.check(module);
      ConstantChecks.check(module);
      return module;
    } catch (MalformedException e) {
      throw new ModuleException(
          "cannot load %s: malformed or truncated module: %s"
              .formatted(source.name(), innermostMessage(e)),
          e);
    } catch (InvalidException e) {
      throw new ModuleException(
          "cannot load %s: it does not validate: %s".formatted(source.name(), firstLine(e)), e);
    } catch (ChicoryException e) {
      throw new ModuleException("cannot load %s: %s".formatted(source.name(), firstLine(e)), e);
    } catch (RuntimeException | AssertionError e) {
      // The parser lets some malformed input surface as the JDK's own exceptions, or only asserts.
      throw new ModuleException(
          "cannot load %s: malformed or truncated module (%s)".formatted(source.name(), e), e);
    }
  }

  /** What is told of a module for which the virtual machine has no room. */
  static ModuleException tooLarge(ModuleSource source, VirtualMachineError e) {
    return new ModuleException(
        e instanceof StackOverflowError
            ? "cannot load %s: its blocks are nested too deeply".formatted(source.name())
            : "cannot load %s: its %s bytes are too large for the Java heap of %s MiB; -Xmx in JAVA_OPTS raises that"
                .formatted(
                    source.name(), source.bytes().length, Runtime.getRuntime().maxMemory() >> 20),
        e);
  }

  /**
   * Parses a module whatever it has that the parser does not know. First come the changes that move
   * no byte, so that what they note is where it really is.
   */
  private static WasmModule parse(byte[] bytes) {
    try {
      return ofAnyNames(bytes);
    } catch (ChicoryException e) {
      Optional<byte[]> known = ExceptionTypes.replaced(bytes);
      if (known.isEmpty()) {
        throw e;
      }
      return ofAnyNames(known.get());
    }
  }

  private static WasmModule ofAnyNames(byte[] bytes) {
    return UnusualNames.find(bytes)
        .map(names -> names.restore(ofAnyVectors(names.bytes())))
        .orElseGet(() -> ofAnyVectors(bytes));
  }

  private static WasmModule ofAnyVectors(byte[] bytes) {
    Optional<RelaxedVectors> relaxed;
    try {
      relaxed = RelaxedVectors.find(bytes);
    } catch (MalformedException e) {
      ofAnyWidth(bytes); // which finds the same, or something before it
      throw e;
    }
    return relaxed
        .map(replaced -> replaced.mark(ofAnyWidth(replaced.bytes()), bytes))
        .orElseGet(() -> ofAnyWidth(bytes));
  }

  private static WasmModule ofAnyWidth(byte[] bytes) {
    return NarrowedModule.parse(bytes, ModuleReader::ofAnyExceptions)
        .orElseGet(() -> ofAnyExceptions(bytes));
  }

  private static WasmModule ofAnyExceptions(byte[] bytes) {
    try {
      WasmModule module = BlockTypes.parse(bytes);
      CountChecks.afterParsing(module, bytes);
      return module;
    } catch (MalformedException e) {
      if (!OLD_EXCEPTIONS.matcher(innermostMessage(e)).find()) {
        throw e;
      }
      return LegacyExceptions.parse(bytes);
    }
  }

  /**
   * The same module in a form that Chicory 1.7.5 executes as it should: without its start function,
   * which would otherwise run in every instance, on the thread that links it; and, if it has a
   * fence but no memory, with an empty memory, for Chicory's fence is an operation on one. If it
   * computes a {@link RemainingTime}, it keeps it. It has a digest of its bytes even if the parser
   * was told to compute none.
   *
   * @param bytes what the module was parsed from
   */
  static WasmModule executable(WasmModule module, byte[] bytes) {
    boolean fencesNothing = hasNoMemory(module) && hasFence(module);
    boolean measures = !RemainingTime.computedBy(module).isEmpty();
    if (module.startSection().isEmpty() && !fencesNothing && !measures && module.digest() != null) {
      return module;
    }
    String digest = module.digest() == null ? digest(bytes) : module.digest();
    var copy = ModuleCopy.of(module).withValidation(false).withDigest(digest);
    copy.setStartSection(null);
    if (measures) {
      RemainingTime.keep(module, copy);
      copy.withDigest(digest + "+remaining");
    }
    if (fencesNothing) {
      copy.setMemorySection(
          MemorySection.builder().addMemory(new Memory(new MemoryLimits(0, 0))).build());
    }
    return copy.build();
  }

  /** The digest as the parser computes it, unless told otherwise. */
  static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "sha-256:" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static boolean hasNoMemory(WasmModule module) {
    return module.importSection().count(ExternalType.MEMORY) == 0
        && module.memorySection().map(MemorySection::memoryCount).orElse(0) == 0;
  }

  private static boolean hasFence(WasmModule module) {
    return Arrays.stream(module.codeSection().functionBodies())
        .flatMap(body -> body.instructions().stream())
        .anyMatch(instruction -> instruction.opcode() == OpCode.ATOMIC_FENCE);
  }

  /** Whether these can be the first bytes of a module, or of the text of one. */
  static boolean mayBeModule(byte[] first) {
    return Arrays.equals(first, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || TextModule.isText(first)
        || new String(first, StandardCharsets.ISO_8859_1).isBlank();
  }

  private static void checkHeader(ModuleSource source) {
    byte[] bytes = source.bytes();
    if (bytes.length == 0) {
      throw new ModuleException("cannot load %s: the file is empty".formatted(source.name()));
    }
    if (bytes.length > 1 && bytes[0] == GZIP[0] && bytes[1] == GZIP[1]) {
      throw new ModuleException(
          "cannot load %s: it is compressed with gzip; decompress it first, with gunzip"
              .formatted(source.name()));
    }
    for (int i = 0; i < Math.min(MAGIC.length, bytes.length); i++) {
      if (bytes[i] != MAGIC[i]) {
        throw new ModuleException(
            "cannot load %s: not a WebAssembly binary (it does not begin with \\0asm)%s"
                .formatted(source.name(), TextModule.isText(bytes) ? "; name text .wat" : ""));
      }
    }
    if (bytes.length < SectionRange.HEADER_LENGTH) {
      throw new ModuleException(
          "cannot load %s: truncated module, %s bytes are less than the header's %s"
              .formatted(source.name(), bytes.length, SectionRange.HEADER_LENGTH));
    }
    if (bytes[6] == COMPONENT_LAYER && bytes[7] == 0) {
      throw new ModuleException(
          "cannot load %s: it is a component, which this host does not run; build a module (of preview 1 where it is for WASI)"
              .formatted(source.name()));
    }
    if (bytes[4] != 1 || bytes[5] != 0 || bytes[6] != 0 || bytes[7] != 0) {
      throw new ModuleException(
          "cannot load %s: unknown binary version; only version 1 runs".formatted(source.name()));
    }
  }

  private static String innermostMessage(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() instanceof MalformedException cause) {
      innermost = cause;
    }
    return firstLine(innermost);
  }

  private static String firstLine(Throwable e) {
    // It may have names in it.
    return ShownNames.of(
        String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"));
  }
}
