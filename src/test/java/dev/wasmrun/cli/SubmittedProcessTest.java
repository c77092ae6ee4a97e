package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a submitted process, with a script in place of Spark's. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
final class SubmittedProcessTest {
  @ParameterizedTest
  @CsvSource({
    "WARNING: Using incubator modules\\nWARNING: package\\nours\\n, ours\\n",
    "ours\\nWARNING: the guest's\\n, ours\\nWARNING: the guest's\\n",
    "'\\r 50 of 80 ', '\\r 50 of 80 '",
    "WARNING: only, ''",
    "WARN, WARN",
    "'', ''"
  })
  void onlyWarningsBeforeAnythingElseAreLeftOut(String said, String shown) throws Exception {
    var err = new ByteArrayOutputStream();
    List<String> script = List.of("sh", "-c", "printf \"$0\" >&2; exit 3", said);
    assertEquals(3, SubmittedProcess.run(script, new PrintStream(err, true)));
    assertEquals(shown.translateEscapes(), err.toString(StandardCharsets.UTF_8));
  }
}
