package dev.wasmrun.bench;

import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.parity.NodeOracle;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Measures modules of the user's on this host, WASI commands and modules by the worker convention
 * on Node, too, and commands of the shell beside them, one after the other.
 *
 * <p>On each a module is instantiated anew and run until times stop falling, as {@link WarmUp}
 * says, and then as often as the plan says for the record. If these runs turn out to be faster
 * still, they become part of the warm-up, unless that has lasted long enough. A host on which it
 * fails has no times, and nobody is compared with it.
 */
public final class ModuleBench {
  private static final Duration LONGEST_RUN = Duration.ofMinutes(5);
  private static final Duration LEAST_WARM_UP = Duration.ofSeconds(5);
  private static final Duration MOST_WARM_UP = Duration.ofMinutes(1);

  private final UserModulePlan plan;
  private final boolean node;
  private final Consumer<ModuleMeasurement> measurements;

  /**
   * Creates a benchmark.
   *
   * @param measurements told of each result as soon as there is one
   * @param notices told if Node is to be compared with and missing
   */
  public ModuleBench(
      UserModulePlan plan, Consumer<ModuleMeasurement> measurements, Consumer<String> notices)
      throws InterruptedException {
    this.plan = plan;
    this.measurements = measurements;
    this.node = plan.node() && NodeOracle.isInstalled(NodeCommand.OLDEST_NODE);
    if (plan.node() && !node) {
      notices.accept(
          "node is missing: no Node %s or later on the path".formatted(NodeCommand.OLDEST_NODE));
    }
  }

  /**
   * Measures a module.
   *
   * @param file its path, or the name of a bundled one
   * @return a measurement of each host, this one first; only this one's if that failed
   */
  public List<ModuleMeasurement> measure(String file) throws InterruptedException {
    GuestModule module;
    try {
      module = GuestModule.load(file);
    } catch (ModuleException e) {
      return List.of(told(ModuleMeasurement.failed(file, "wasm-run", e.getMessage())));
    }
    List<ModuleMeasurement> all =
        isCommand(module) ? measureCommand(file, module) : measureRuns(file, module);
    if (all.get(0).failure().isEmpty()) {
      for (String command : plan.commands()) {
        all.add(measured(file, command, () -> new ShellCommand(command, LONGEST_RUN), all.get(0)));
      }
    }
    return all;
  }

  /** Whether it is a WASI command of one thread. */
  private boolean isCommand(GuestModule module) {
    return plan.invoke().isEmpty()
        && module.convention() == ConventionName.WORKER
        && module.exportedFunctions().containsKey(CommandContender.ENTRY);
  }

  private List<ModuleMeasurement> measureCommand(String file, GuestModule module)
      throws InterruptedException {
    var all = new ArrayList<ModuleMeasurement>();
    List<DirectoryGrant> directories = directories(file);
    all.add(
        measured(
            file, "wasm-run", () -> new CommandContender(module, directories, LONGEST_RUN), null));
    if (node && all.get(0).failure().isEmpty()) {
      Path path = Path.of(file).toAbsolutePath();
      all.add(
          measured(
              file, "Node", () -> new NodeCommand(path, directories, LONGEST_RUN), all.get(0)));
    }
    return all;
  }

  /** Measures a module of another kind on each number of threads. */
  private List<ModuleMeasurement> measureRuns(String file, GuestModule module)
      throws InterruptedException {
    var all = new ArrayList<ModuleMeasurement>();
    for (int threads : plan.threads()) {
      var host = new WholeRun(module, plan, threads, plan.directories(), LONGEST_RUN);
      ModuleMeasurement first = all.isEmpty() ? null : all.get(0);
      all.add(measured(file, host.label(), () -> host, first));
      if (node && Externals.runsOnNode(module) && plan.invoke().isEmpty()) {
        all.add(
            measured(
                file,
                Externals.nodeLabel(threads),
                () -> new ProcessContender(Externals.onNode(file, module, threads, plan.args())),
                all.get(0)));
      }
      if (all.get(0).failure().isPresent()) {
        return all;
      }
    }
    return all;
  }

  /** Something that measures, as soon as it has been made. */
  private interface Making {
    Contender make() throws IOException;
  }

  /** A measurement, which is told; {@code first} is that of the first host, null if this is it. */
  private ModuleMeasurement measured(
      String file, String label, Making host, ModuleMeasurement first) throws InterruptedException {
    try (Contender made = host.make()) {
      return told(measure(file, made, first == null ? Optional.empty() : first.time()));
    } catch (IOException e) {
      return told(ModuleMeasurement.failed(file, label, e.getMessage()));
    }
  }

  private ModuleMeasurement told(ModuleMeasurement measurement) {
    measurements.accept(measurement);
    return measurement;
  }

  private List<DirectoryGrant> directories(String file) {
    return plan.directories().isEmpty()
        ? List.of(new DirectoryGrant(Path.of(file).toAbsolutePath().getParent(), "."))
        : plan.directories();
  }

  /** Measures on one host; {@code first} is the spread of the first host, unless this is it. */
  private ModuleMeasurement measure(String file, Contender host, Optional<Spread> first)
      throws InterruptedException {
    var rule = new WarmUp(plan.warmUps(), LEAST_WARM_UP, MOST_WARM_UP);
    var warmUps = new ArrayList<Long>();
    var measured = new ArrayList<Long>();
    try {
      run(host, rule, warmUps, measured);
    } catch (IOException e) {
      return ModuleMeasurement.failed(file, host.label(), e.getMessage());
    }
    Spread time = Spread.of(measured);
    double compared = first.orElse(time).median();
    return new ModuleMeasurement(
        file,
        host.label(),
        warmUps.size(),
        WarmUp.isWarm(warmUps) && !WarmUp.isFaster(measured, warmUps),
        measured.size(),
        OptionalLong.of(warmUps.isEmpty() ? measured.get(0) : warmUps.get(0)),
        Optional.of(time),
        time.median() > 0 && compared > 0
            ? Optional.of(time.median() / compared)
            : Optional.empty(),
        Optional.empty());
  }

  /** Runs until the host is warm, and for the record: again if it then turns out to be faster. */
  private void run(Contender host, WarmUp rule, List<Long> warmUps, List<Long> measured)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    do {
      warmUps.addAll(measured);
      measured.clear();
      while (!rule.isOver(warmUps, since(begin))) {
        warmUps.add(host.run().took().toNanos());
      }
      for (int i = 0; i < plan.runs(); i++) {
        measured.add(host.run().took().toNanos());
      }
    } while (!rule.isExhausted(warmUps, since(begin)) && WarmUp.isFaster(measured, warmUps));
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
