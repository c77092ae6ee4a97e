package dev.wasmrun.cli;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Split;
import dev.wasmrun.shard.MergedOutput;
import dev.wasmrun.shard.Shard;
import dev.wasmrun.shard.ShardPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The options that make of a run many, or one of many. */
final class ShardOptions {
  /** What a job of Kubernetes tells each of its pods, and how many there are. */
  private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

  private static final String COUNT_VARIABLE = "WASM_RUN_SHARDS";

  private static final Pattern RANGE = Pattern.compile("(\\d{1,3}),(\\d{1,3})");

  private final Setting<Integer> shards;
  private final Setting<Place> place;
  private final Setting<Integer> processes;
  private final Setting<Shard> shard;
  private final Setting<Path> resume;
  private final Setting<Split> range;
  private final Setting<String> total;

  /** Where shards run: in processes of this machine, or on the cluster of this master. */
  record Place(Optional<String> master) {
    private static final String LOCAL = "local";
    private static final Pattern MASTER =
        Pattern.compile(
            "spark://[^:,/]+:\\d{1,5}(,[^:,/]+:\\d{1,5})*|k8s://.+|yarn|local\\[(\\d+|\\*)(,\\d+)?\\]");

    static Place parse(String text) {
      if (text.equals(LOCAL)) {
        return new Place(Optional.empty());
      }
      if (!MASTER.matcher(text).matches()) {
        throw new TypeConversionException(
            "'%s' is neither local nor a master of Spark such as spark://HOST:7077"
                .formatted(text));
      }
      return new Place(Optional.of(text));
    }
  }

  /** Adds the options to a command. */
  ShardOptions(CommandSpec spec) {
    shards =
        Setting.option(
            spec,
            Integer.class,
            Setting.option(
                    "--shards", "Divide the work into N runs, and put their results together.")
                .paramLabel("N"));
    place =
        Setting.option(
            spec,
            Place.class,
            Place::parse,
            Setting.option(
                    "--on",
                    "Where shards run: local, in processes of this machine (the default), or",
                    "spark://HOST:PORT, through spark-submit of SPARK_HOME.")
                .paramLabel("PLACE"));
    processes =
        Setting.option(
            spec,
            Integer.class,
            Setting.option(
                    "--processes",
                    "Processes at a time for --on local (default: as the processors have threads for).")
                .paramLabel("N"));
    shard =
        option(
            spec,
            Shard.class,
            Setting.option(
                    "--shard",
                    "Run shard I of N only (default: by the variables",
                    INDEX_VARIABLE + " and " + COUNT_VARIABLE + ", if there is the latter).")
                .paramLabel("I/N"));
    resume =
        Setting.option(
            spec,
            Path.class,
            Path::of,
            Setting.option(
                    "--resume",
                    "Keep each shard in this directory as it ends; run only the others.")
                .paramLabel("DIR"));
    range =
        Setting.option(
            spec,
            Split.class,
            ShardOptions::range,
            Setting.option(
                    "--range",
                    "Which arguments, counted from 1, are the amount of work and where it begins",
                    "(default: those of the bundled program).")
                .paramLabel("AMOUNT,FIRST"));
    total = total(spec);
  }

  /** Adds the option that says how totals begin. */
  static Setting<String> total(CommandSpec spec) {
    return Setting.option(
        spec,
        String.class,
        Setting.option(
                "--total",
                "Outputs end with WORD and a number, which are added up (default: ${DEFAULT-VALUE}).")
            .paramLabel("WORD")
            .defaultValue(MergedOutput.COUNT));
  }

  private static Setting<Shard> option(
      CommandSpec spec, Class<Shard> type, OptionSpec.Builder option) {
    return Setting.option(
        spec,
        type,
        text -> {
          try {
            return Shard.parse(text);
          } catch (UsageException e) {
            throw new TypeConversionException(e.getMessage());
          }
        },
        option);
  }

  private static Split range(String text) {
    Matcher parts = RANGE.matcher(text);
    if (!parts.matches()) {
      throw new TypeConversionException("'%s' is no pair of arguments such as 1,3".formatted(text));
    }
    try {
      return Split.of(Integer.parseInt(parts.group(1)) - 1, Integer.parseInt(parts.group(2)) - 1);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'%s' is no pair of two different arguments, counted from 1".formatted(text));
    }
  }

  /** Whether the run is to be many. */
  boolean asked() {
    return shards.present();
  }

  /**
   * Which shard alone is to be run, if one is.
   *
   * @param environment the variables of this process
   * @throws UsageException if options do not go together, or variables make no sense
   */
  Optional<Shard> alone(Map<String, String> environment) {
    if (shards.present() && shard.present()) {
      throw new UsageException("--shards makes all shards, --shard is one of them: give one");
    }
    Optional<Shard> one =
        shards.present() || shard.present()
            ? Optional.ofNullable(shard.get())
            : ofVariables(environment);
    refuseWithout(
        place.present() || processes.present(), asked(), "--on and --processes", "--shards");
    refuseWithout(
        resume.present() || range.present(),
        asked() || one.isPresent(),
        "--resume and --range",
        "--shards or --shard");
    return one;
  }

  private static void refuseWithout(boolean given, boolean useful, String what, String needed) {
    if (given && !useful) {
      throw new UsageException("%s mean something with %s only".formatted(what, needed));
    }
  }

  private static Optional<Shard> ofVariables(Map<String, String> environment) {
    String count = environment.get(COUNT_VARIABLE);
    if (count == null) {
      return Optional.empty();
    }
    String index = environment.get(INDEX_VARIABLE);
    if (index == null) {
      throw new UsageException(
          "%s is set, and %s is not, which would say which of the shards to run"
              .formatted(COUNT_VARIABLE, INDEX_VARIABLE));
    }
    try {
      return Optional.of(Shard.parse(index + "/" + count));
    } catch (UsageException e) {
      throw new UsageException(
          "%s is '%s' and %s is '%s': %s"
              .formatted(INDEX_VARIABLE, index, COUNT_VARIABLE, count, e.getMessage()));
    }
  }

  /**
   * How the work of a module is divided.
   *
   * @param count how many shards
   * @throws UsageException if it is not known, or cannot be divided so
   */
  ShardPlan plan(String module, List<String> args, int count) {
    Split split =
        Optional.ofNullable(range.get())
            .or(() -> Catalogue.split(module))
            .orElseThrow(
                () ->
                    new UsageException(
                        "which arguments of %s say how much work there is, and where it begins? --range AMOUNT,FIRST names them, for example --range 1,3"
                            .formatted(module)));
    return new ShardPlan(split, args, count);
  }

  /** How many shards. */
  int count() {
    return shards.get();
  }

  /** Where they run. */
  Place place() {
    return place.present() ? place.get() : new Place(Optional.empty());
  }

  /**
   * How many processes at a time.
   *
   * @param threads how many threads each has
   * @throws UsageException if that is none
   */
  int processes(int threads) {
    int count =
        processes.present()
            ? processes.get()
            : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    if (count < 1) {
      throw new UsageException(
          "--processes %s starts no process; it is at least 1".formatted(count));
    }
    return count;
  }

  /** Where shards are kept, if they are. */
  Optional<Path> resume() {
    return Optional.ofNullable(resume.get());
  }

  /** What a total begins with. */
  String totalWord() {
    return total.get();
  }
}
