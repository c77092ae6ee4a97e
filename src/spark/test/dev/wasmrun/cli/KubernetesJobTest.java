package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The job for Kubernetes is one, and what its pods run does what it is for. */
@Timeout(600)
final class KubernetesJobTest {
  private static final Path MANIFEST = Path.of("src/main/kubernetes/happycoin-job.yaml");
  private static final String COUNT = "WASM_RUN_SHARDS";

  @TempDir private Path results;

  private static JsonElement manifest() throws Exception {
    Map<String, Object> fields = new Yaml().load(Files.readString(MANIFEST));
    return new Gson().toJsonTree(fields);
  }

  private static V1Job job() throws Exception {
    return JSON.getGson().fromJson(manifest(), V1Job.class);
  }

  @Test
  void itSaysWhatAJobMaySay() throws Exception {
    V1Job.validateJsonElement(manifest());
    JsonElement wrong = manifest();
    wrong.getAsJsonObject().get("spec").getAsJsonObject().addProperty("completion", 64);
    assertThrows(IllegalArgumentException.class, () -> V1Job.validateJsonElement(wrong));
    V1Job job = job();
    assertEquals("Indexed", job.getSpec().getCompletionMode());
    assertEquals(
        Integer.toString(job.getSpec().getCompletions()),
        container(job).getEnv().stream()
            .filter(variable -> variable.getName().equals(COUNT))
            .findFirst()
            .orElseThrow()
            .getValue());
  }

  private static V1Container container(V1Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().get(0);
  }

  @Test
  void itsPodsFindWhatOneRunFinds() throws Exception {
    var args = new ArrayList<>(container(job()).getArgs());
    args.set(args.indexOf("1000000000"), "600000");
    args.set(args.indexOf("/results"), results.toString());
    for (int index : List.of(1, 0, 2, 1)) {
      var builder = new ProcessBuilder().redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.environment().putAll(Map.of(COUNT, "3", "JOB_COMPLETION_INDEX", "" + index));
      assertEquals(0, ChildProcess.exitCode(ChildProcess.start(builder, args)));
    }
    Ended.run("merge", results.toString())
        .assertPrints(Ended.run("happycoin.wasm", "600000").out());
  }
}
