package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.OpCode;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bundled modules are what the build has recorded, and keep to the gallery's memory map. */
class BundledModulesTest {
  private static final int ASSEMBLYSCRIPT_DATA = 0x40_0000;
  private static final int C_DATA = 0x50_0000;
  private static final int C_STACK_SIZE = 8 << 20;
  private static final int INITIAL_SIZE = 256 << 16;

  static Stream<String> assemblyScriptModules() {
    return modules(Language.ASSEMBLYSCRIPT);
  }

  static Stream<String> cModules() {
    return modules(Language.C);
  }

  static Stream<String> modulesWithMemory() {
    return Stream.concat(assemblyScriptModules(), cModules());
  }

  private static Stream<String> modules(Language language) {
    return Catalogue.entries().stream()
        .map(entry -> entry.modules().get(language))
        .filter(module -> module != null);
  }

  @Test
  void everyModuleIsTheOneThatTheBuildRecorded() throws Exception {
    Map<String, String> recorded = BuildRecord.read().modules();
    for (Map.Entry<String, String> module : recorded.entrySet()) {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(BuildRecord.bundled(module.getKey()));
      assertEquals(module.getValue(), HexFormat.of().formatHex(sum), module.getKey());
    }
    assertFalse(recorded.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("modulesWithMemory")
  void importsTheMemoryOfTheGalleryAndOnlyWhatEveryHostHas(String name) throws Exception {
    List<Import> imports = parse(name).importSection().stream().toList();
    MemoryLimits limits =
        imports.stream()
            .filter(MemoryImport.class::isInstance)
            .map(anImport -> ((MemoryImport) anImport).limits())
            .findFirst()
            .orElseThrow();

    assertEquals(GalleryMemory.TYPE.initialPages(), limits.initialPages());
    assertEquals(GalleryMemory.TYPE.maximumPages(), limits.maximumPages());
    assertTrue(limits.shared());
    Set<String> names =
        imports.stream()
            .map(anImport -> anImport.module() + "." + anImport.name())
            .collect(Collectors.toSet());
    assertTrue(
        Set.of(
                "env.memory",
                "env.abort",
                "host.emit",
                "host.print",
                "host.now",
                "host.receive",
                "host.post",
                "host.worker_data")
            .containsAll(names),
        names.toString());
  }

  @ParameterizedTest
  @MethodSource("modulesWithMemory")
  void exportsTheThreePhases(String name) throws Exception {
    Set<String> exported = exports(parse(name));

    assertTrue(exported.containsAll(Set.of("setup", "work", "finish")), exported.toString());
  }

  @ParameterizedTest
  @MethodSource("assemblyScriptModules")
  void staticDataOfAssemblyScriptLiesBetweenTheBlockAndTheDataOfC(String name) throws Exception {
    for (DataSegment segment : parse(name).dataSection().dataSegments()) {
      ActiveDataSegment active = (ActiveDataSegment) segment;
      long begin = active.offsetInstructions().get(0).operand(0);
      assertTrue(begin >= ASSEMBLYSCRIPT_DATA, Long.toHexString(begin));
      assertTrue(begin + active.data().length <= C_DATA, Long.toHexString(begin));
    }
  }

  @ParameterizedTest
  @MethodSource("cModules")
  void stackOfCEndsWithinTheInitialMemoryAndBeginsBehindItsData(String name) throws Exception {
    WasmModule module = parse(name);
    var pointer = module.globalSection().getGlobal(0).initInstructions().get(0);

    assertEquals(OpCode.I32_CONST, pointer.opcode());
    long end = pointer.operand(0);
    assertTrue(end <= INITIAL_SIZE, Long.toHexString(end));
    assertTrue(end - C_STACK_SIZE >= C_DATA, Long.toHexString(end));
    assertTrue(exports(module).containsAll(Set.of("stackSave", "stackRestore", "stackAlloc")));
  }

  @ParameterizedTest
  @MethodSource("modulesWithMemory")
  void functionsHaveNames(String name) throws Exception {
    WasmModule module = parse(name);
    int imported = module.importSection().count(ExternalType.FUNCTION);
    List<String> names =
        IntStream.range(imported, imported + module.functionSection().functionCount())
            .mapToObj(module.nameSection()::nameOfFunction)
            .toList();

    assertTrue(
        names.stream().anyMatch(each -> each != null && each.endsWith("work")), names.toString());
    assertTrue(names.stream().noneMatch(each -> each == null || each.isEmpty()), names.toString());
  }

  private static WasmModule parse(String name) throws Exception {
    return Parser.parse(BuildRecord.bundled(name));
  }

  private static Set<String> exports(WasmModule module) {
    return IntStream.range(0, module.exportSection().exportCount())
        .mapToObj(module.exportSection()::getExport)
        .map(Export::name)
        .collect(Collectors.toSet());
  }
}
