package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  @Test
  void namesExactlyTheModulesThatAreBundled() throws Exception {
    Set<String> named =
        Catalogue.entries().stream()
            .flatMap(entry -> entry.allModules().stream())
            .collect(Collectors.toSet());

    assertEquals(BuildRecord.read().modules().keySet(), named);
  }

  @Test
  void isInAlphabeticalOrder() {
    List<String> names = Catalogue.entries().stream().map(Catalogue.Entry::name).toList();

    assertEquals(names.stream().sorted().toList(), names);
  }

  @Test
  void findsAProgramByItsNameAndByEachOfItsModules() {
    Catalogue.Entry happycoin = Catalogue.find("happycoin").orElseThrow();

    assertEquals(Optional.of(happycoin), Catalogue.findByModule("happycoin.wasm"));
    assertEquals(Optional.of(happycoin), Catalogue.findByModule("happycoin-c.wasm"));
    assertEquals(
        Map.of(Language.ASSEMBLYSCRIPT, "happycoin.wasm", Language.C, "happycoin-c.wasm"),
        happycoin.modules());
    assertEquals(Optional.empty(), Catalogue.find("happycoin.wasm"));
    assertEquals(Optional.empty(), Catalogue.findByModule("happycoin"));
    assertEquals(Optional.empty(), Catalogue.findByModule("happycoin-pthreads.wasm"));
    assertEquals(
        List.of("happycoin.wasm", "happycoin-c.wasm", "happycoin-pthreads.wasm"),
        happycoin.allModules());
  }

  @Test
  void whatIsNotOnlyTextHasAJavaImplementationOfTheSameName() {
    for (Catalogue.Entry entry : Catalogue.entries()) {
      entry.program().ifPresent(program -> assertEquals(entry.name(), program.name()));
      boolean onlyText =
          entry.modules().keySet().stream().allMatch(language -> language == Language.WAT);
      boolean onlyAnswers = entry.name().equals("digest");
      assertEquals(onlyText || onlyAnswers, entry.program().isEmpty(), entry.name());
    }
  }

  @Test
  void onlyTheProgramsThatAreWrongOnPurposeHaveNoFixedResult() {
    Set<String> withoutFixedResult =
        Catalogue.entries().stream()
            .filter(entry -> entry.program().filter(each -> !each.deterministic()).isPresent())
            .map(Catalogue.Entry::name)
            .collect(Collectors.toSet());

    assertEquals(
        Set.of("counter-racy", "deadlock", "life-racy", "mutex-racy", "ring-buffer-racy"),
        withoutFixedResult);
  }

  @Test
  void everyProgramRefusesANegativeCountAtOnce() {
    for (Catalogue.Entry entry : Catalogue.entries()) {
      entry
          .program()
          .ifPresent(
              program -> {
                IllegalArgumentException refusal =
                    assertThrows(
                        IllegalArgumentException.class,
                        () -> ProgramTeam.run(program, 1, -5),
                        entry.name());
                String count = program.parameters().get(0).name();
                assertEquals(count + " must not be negative: -5", refusal.getMessage());
              });
    }
  }

  @Test
  void anEntryKeepsItsModulesToItself() {
    Catalogue.Entry entry = Catalogue.find("counter").orElseThrow();

    assertThrows(UnsupportedOperationException.class, () -> entry.modules().clear());
    assertFalse(entry.modules().isEmpty());
    assertTrue(entry.program().isPresent());
  }
}
