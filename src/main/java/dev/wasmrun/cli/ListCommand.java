package dev.wasmrun.cli;

import dev.wasmrun.module.Spelling;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Parameter;
import dev.wasmrun.programs.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code wasm-run list [NAME]}: the bundled programs, their modules and their arguments. */
final class ListCommand extends Command {
  private final Console console;
  private final Setting<String> name;
  private final Setting<Boolean> json;

  ListCommand(Console console) {
    super("wasm-run list", "Lists the bundled programs, their modules and their arguments.");
    this.console = console;
    name =
        Setting.argument(
            spec(),
            PositionalParamSpec.builder()
                .paramLabel("NAME")
                .arity("0..1")
                .description("Only this program."));
    json = Setting.flag(spec(), "--json", "Print one JSON object instead of text.");
    addHelp();
  }

  @Override
  public Integer call() {
    List<Catalogue.Entry> entries = name.present() ? List.of(entry()) : Catalogue.entries();
    if (json.get()) {
      console.json(Map.of("programs", entries.stream().map(ListCommand::fields).toList()));
    } else {
      entries.forEach(this::print);
    }
    return ExitCode.OK.code();
  }

  private Catalogue.Entry entry() {
    return Catalogue.find(name.get())
        .or(this::entryWithModule)
        .orElseThrow(() -> usage("no program '%s'; %s".formatted(name.get(), choices())));
  }

  private Optional<Catalogue.Entry> entryWithModule() {
    return Catalogue.entries().stream()
        .filter(entry -> entry.allModules().contains(name.get()))
        .findFirst();
  }

  private void print(Catalogue.Entry entry) {
    console.out().printf("%s: %s%n", entry.name(), entry.summary());
    console.out().printf("  modules    %s%n", String.join(", ", entry.allModules()));
    console
        .out()
        .printf(
            "  arguments  %s%n",
            parameters(entry).isEmpty()
                ? "none"
                : parameters(entry).stream()
                    .map(parameter -> "[" + parameter.name() + "]")
                    .collect(Collectors.joining(" ")));
    for (Parameter parameter : parameters(entry)) {
      console
          .out()
          .printf(
              "    %-10s %s (default %s)%n",
              parameter.name(), parameter.description(), parameter.defaultValue());
    }
    if (!split(entry).isEmpty()) {
      console.out().printf("  shards     by %s%n", String.join(" from ", split(entry)));
    }
  }

  /** By which arguments a run is divided into shards, in the order amount and first. */
  private static List<String> split(Catalogue.Entry entry) {
    return entry
        .program()
        .flatMap(Program::split)
        .map(
            split ->
                List.of(
                    parameters(entry).get(split.amount()).name(),
                    parameters(entry).get(split.first()).name()))
        .orElse(List.of());
  }

  private static Map<String, Object> fields(Catalogue.Entry entry) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", entry.name());
    fields.put("summary", entry.summary());
    fields.put("modules", entry.allModules());
    if (!split(entry).isEmpty()) {
      fields.put("shards", Map.of("amount", split(entry).get(0), "first", split(entry).get(1)));
    }
    fields.put(
        "parameters",
        parameters(entry).stream()
            .map(
                parameter ->
                    Map.of(
                        "name", parameter.name(),
                        "default", parameter.defaultValue(),
                        "description", parameter.description()))
            .toList());
    return fields;
  }

  private static List<Parameter> parameters(Catalogue.Entry entry) {
    return entry.program().map(Program::parameters).orElse(List.of());
  }

  private String choices() {
    List<String> names = Catalogue.entries().stream().map(Catalogue.Entry::name).toList();
    return Spelling.closest(name.get(), names)
        .map("did you mean %s?"::formatted)
        .orElse("there are " + String.join(", ", names));
  }
}
