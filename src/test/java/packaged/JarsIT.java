package packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is in the jars, and what is not. */
final class JarsIT {
  private static final String LICENSES = "META-INF/licenses/";
  private static final String PICOCLI = "dev/wasmrun/cli/picocli/";

  private final Set<String> plain = Jars.entries(Jars.PLAIN);
  private final Set<String> shaded = Jars.entries(Jars.SHADED);

  private static boolean isClass(String entry) {
    return entry.endsWith(".class");
  }

  @Test
  void thePlainJarHoldsNoClassOfAnotherProject() {
    assertTrue(plain.contains("dev/wasmrun/module/GuestModule.class"));
    assertEquals(
        List.of("module-info.class"),
        plain.stream()
            .filter(JarsIT::isClass)
            .filter(entry -> !entry.startsWith("dev/wasmrun/"))
            .toList());
    assertTrue(plain.stream().noneMatch(entry -> entry.startsWith(PICOCLI)));
  }

  @Test
  void theShadedJarShadowsNobodysPicocli() {
    assertTrue(shaded.contains(PICOCLI + "CommandLine.class"));
    assertEquals(List.of(), shaded.stream().filter(entry -> entry.startsWith("picocli/")).toList());
  }

  @Test
  void everyLibraryInTheShadedJarHasItsLicence() throws Exception {
    Map<String, String> listed =
        Jars.text(Jars.SHADED, LICENSES + "LIBRARIES.txt")
            .lines()
            .skip(4)
            .map(line -> line.split(" +"))
            .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    List<String> contained =
        Jars.libraries().stream().filter(this::isContained).map(JarsIT::artifact).toList();
    assertEquals(Set.copyOf(contained), listed.keySet());
    for (String license : listed.values()) {
      assertTrue(shaded.contains(LICENSES + license), license);
    }
  }

  private boolean isContained(Path library) {
    return Jars.entries(library).stream()
        .filter(JarsIT::isClass)
        .map(entry -> entry.startsWith("picocli/") ? entry.replace("picocli/", PICOCLI) : entry)
        .filter(entry -> !entry.endsWith("module-info.class"))
        .anyMatch(shaded::contains);
  }

  /** The name of a jar without its version. */
  private static String artifact(Path jar) {
    String name = jar.getFileName().toString();
    return Arrays.stream(name.split("-"))
        .takeWhile(part -> !Character.isDigit(part.charAt(0)))
        .collect(Collectors.joining("-"));
  }
}
