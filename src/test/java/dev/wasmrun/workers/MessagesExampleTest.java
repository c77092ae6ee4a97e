package dev.wasmrun.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Manual;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The manual's example of messages compiles as it stands there, and prints what follows it. */
@Timeout(120)
class MessagesExampleTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("# Messages\n.*?``` java\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);

  @Test
  void theExamplePrintsWhatFollowsIt(@TempDir Path directory) throws Exception {
    List<MatchResult> found =
        EXAMPLE.matcher(Files.readString(Manual.page("messages"))).results().toList();
    assertEquals(1, found.size());
    Path source = Files.writeString(directory.resolve("Messages.java"), found.get(0).group(1));
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(found.get(0).group(2), printed);
    assertEquals(0, java.waitFor());
  }
}
