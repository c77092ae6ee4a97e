package dev.wasmrun.source;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.wasmrun.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the bytes are, there is an answer: with lines or without them. */
final class DebugInformationTest {
  private static final List<DebugSections> SOUND =
      List.of(
          DebugSections.of(Fixtures.bytes("lines4")), DebugSections.of(Fixtures.bytes("lines5")));
  private static final byte[] ODD = {0, 1, 2, 3, 0x7F, (byte) 0x80, (byte) 0xFF, (byte) 0xFE};

  /** Asks everything; what is not refused within the package is a failure of the test. */
  private static void ask(SourceLines lines) {
    for (int offset = 0xA0; offset < 0x190; offset += 9) {
      assertFalse(lines.frames("f", 0, offset).isEmpty());
    }
    for (int address = 1020; address < 1140; address += 7) {
      lines.variableAt(address).map(SourceVariable::toString);
    }
  }

  @Property(tries = 3000)
  void changedBytesOfDwarfGiveAnswers(@ForAll Random random) {
    DebugSections sections = SOUND.get(random.nextInt(SOUND.size())).copy();
    var names = new ArrayList<>(sections.byName().keySet().stream().sorted().toList());
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      byte[] section = sections.byName().get(names.get(random.nextInt(names.size())));
      section[random.nextInt(section.length)] =
          random.nextBoolean() ? ODD[random.nextInt(ODD.length)] : (byte) random.nextInt();
    }
    ask(sections.lines(Optional.empty()));
  }

  @Property(tries = 1000)
  void cutSectionsOfDwarfGiveAnswers(@ForAll Random random) {
    DebugSections sections = SOUND.get(random.nextInt(SOUND.size())).copy();
    var names = sections.byName().keySet().stream().sorted().toList();
    String name = names.get(random.nextInt(names.size()));
    byte[] section = sections.byName().get(name);
    sections.byName().put(name, Arrays.copyOf(section, random.nextInt(section.length)));
    ask(sections.lines(Optional.empty()));
  }

  @Property(tries = 500)
  void anyBytesGiveAnswers(@ForAll Random random) {
    DebugSections sections = SOUND.get(0).copy();
    sections
        .byName()
        .replaceAll(
            (name, bytes) -> {
              var any = new byte[random.nextInt(200)];
              random.nextBytes(any);
              return any;
            });
    ask(sections.lines(Optional.empty()));
  }

  @Property(tries = 2000)
  void changedSourceMapsAreReadOrRefused(@ForAll Random random) {
    String sound =
        "{\"version\":3,\"sources\":[\"a.ts\"],\"sourcesContent\":[\"x\"],"
            + "\"mappings\":\"gBAAA,IAEI,I,QCFJ,IAAA;AAAA\"}";
    byte[] json = sound.getBytes(StandardCharsets.UTF_8);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      json[random.nextInt(json.length)] = (byte) sound.charAt(random.nextInt(sound.length()));
    }
    try {
      SourceMap map = SourceMap.read(json);
      for (int offset = 0; offset < 64; offset++) {
        map.scopesAt(offset, 0).forEach(scope -> map.sourceOf(scope.place().file()));
      }
    } catch (BadDebugInformation refused) {
      assertFalse(refused.getMessage().isEmpty());
    }
  }
}
