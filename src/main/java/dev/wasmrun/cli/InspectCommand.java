package dev.wasmrun.cli;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.Minification;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.run.Conventions;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code wasm-run inspect MODULE}: the facts of a module, and what stands in its way. */
final class InspectCommand extends Command {
  private final Console console;
  private final ModuleArgument module;
  private final Setting<Boolean> json;

  InspectCommand(Console console) {
    super(
        "wasm-run inspect",
        "Shows what a module imports, exports and needs, and what would be refused.");
    this.console = console;
    module = new ModuleArgument(spec());
    json = Setting.flag(spec(), "--json", "Print one JSON object instead of text.");
    addHelp();
  }

  @Override
  public Integer call() {
    Map<String, Object> facts = facts(module.load());
    if (json.get()) {
      console.json(facts);
    } else {
      facts.forEach(this::print);
    }
    return ExitCode.OK.code();
  }

  private void print(String label, Object value) {
    List<String> lines =
        value instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of(String.valueOf(value));
    console.out().printf("%-12s%s%n", label, lines.isEmpty() ? "none" : lines.get(0));
    lines.stream().skip(1).forEach(line -> console.out().printf("%-12s%s%n", "", line));
  }

  private static Map<String, Object> facts(GuestModule module) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("module", module.name());
    facts.put("convention", module.convention().toString());
    Minification.of(module)
        .ifPresent(
            names ->
                facts.put("names", names.file().map(file -> "from " + file).orElse("minified")));
    facts.put("imports", module.imports().stream().map(item -> describe(module, item)).toList());
    facts.put("exports", exports(module));
    facts.put("memory", module.memories().stream().map(InspectCommand::describe).toList());
    facts.put("data", module.staticData().stream().map(Object::toString).toList());
    facts.put("stack", module.shadowStack().map(Object::toString).orElse("none"));
    facts.put(
        "start",
        module.startFunction().isPresent()
            ? module.functionName(module.startFunction().getAsInt())
            : "none");
    facts.put("features", module.features().stream().map(Object::toString).toList());
    facts.put("refused", refused(module));
    facts.put("missing", convention(module).missing(module));
    return facts;
  }

  private static List<String> exports(GuestModule module) {
    var exports = new ArrayList<String>();
    module
        .exports()
        .forEach(
            (name, kind) -> {
              var signature = module.exportedFunctions().get(name);
              exports.add(
                  "%s %s%s%s"
                      .formatted(
                          kind,
                          ShownNames.of(name),
                          signature == null ? "" : " " + signature,
                          minified(module, Minification::exports, name)));
            });
    return exports;
  }

  private static List<String> refused(GuestModule module) {
    try {
      return convention(module).obstacles(module);
    } catch (LinkException e) {
      return List.of(e.getMessage());
    }
  }

  private static Convention convention(GuestModule module) {
    return Conventions.of(module.convention(), WasiOptions.NOTHING, 1);
  }

  private static String describe(GuestModule module, ImportedItem item) {
    return "%s %s%s%s"
        .formatted(
            item.kind(),
            item.qualifiedName(),
            item.signature().map(s -> " " + s).orElse(""),
            minified(module, Minification::imports, item.module() + "." + item.name()));
  }

  /** What a name is in the file, if that is another one. */
  private static String minified(
      GuestModule module, Function<Minification, Map<String, String>> names, String name) {
    return Minification.of(module)
        .filter(minification -> names.apply(minification).containsKey(name))
        .map(
            minification ->
                ", minified to %s%s"
                    .formatted(
                        ShownNames.of(names.apply(minification).get(name)),
                        minification.recognised().contains(name)
                            ? ", recognised by what it does"
                            : ""))
        .orElse("");
  }

  private static String describe(MemoryFacts memory) {
    return "%s, %s, %s to %s pages (%s to %s)"
        .formatted(
            memory.imported() ? "imported" : "defined",
            memory.shared() ? "shared" : "not shared",
            memory.initialPages(),
            memory.maximumPages(),
            size(memory.initialPages()),
            size(memory.maximumPages()));
  }

  private static String size(int pages) {
    long kib = pages * 64L;
    return kib % 1024 == 0 ? kib / 1024 + " MiB" : kib + " KiB";
  }
}
