package dev.wasmrun.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds the programs of a corpus into a directory, where they stay until they are deleted.
 *
 * @param corpus the directory of the sources
 * @param output the directory of what is built
 */
record ProgramBuild(Path corpus, CorpusTable table, Path output) {
  private static final Path STUBS = Path.of("src/test/suites/corpora/stubs.c");
  private static final List<String> TO_GUEST =
      List.of(
          "-pthread",
          "-sEXIT_RUNTIME=1",
          "-sINITIAL_MEMORY=134217728",
          "-sERROR_ON_UNDEFINED_SYMBOLS=0", // those that InvisibleBarrier has
          "-lm");

  /** The module of a program, or why there is none. */
  Built guest(CorpusProgram program) throws IOException, InterruptedException {
    Path module = output.resolve(program.fileName() + ".wasm");
    boolean plus = !program.path().endsWith(".c");
    return built(program, module, plus ? "em++" : "emcc", TO_GUEST, ".js");
  }

  /** The program for this machine, or why there is none. */
  Built here(CorpusProgram program, String suffix, List<String> flags)
      throws IOException, InterruptedException {
    Path executable = output.resolve(program.fileName() + suffix);
    boolean plus = !program.path().endsWith(".c");
    var all = new ArrayList<String>(List.of("-pthread"));
    all.addAll(flags);
    all.add("-lm");
    return built(program, executable, plus ? "g++" : "gcc", all, suffix);
  }

  /**
   * What a compiler has made.
   *
   * @param file what it has made; null if it has not
   * @param problem what it says then
   */
  record Built(Path file, String problem) {}

  private Built built(
      CorpusProgram program, Path wanted, String compiler, List<String> flags, String suffix)
      throws IOException, InterruptedException {
    if (Files.exists(wanted)) {
      return new Built(wanted, "");
    }
    Files.createDirectories(output);
    var command = new ArrayList<String>(List.of(compiler, "-O0", "-g", "-w"));
    table.includes().forEach(include -> command.add("-I" + corpus.resolve(include)));
    command.add("-I" + STUBS.getParent().toAbsolutePath());
    command.addAll(table.flags());
    command.add(source(program).toString());
    command.addAll(compiler.endsWith("++") ? List.of("-x", "c++") : List.of());
    command.add(STUBS.toAbsolutePath().toString());
    command.addAll(flags);
    command.add("-o");
    command.add(output.resolve(program.fileName() + suffix).toString());
    ChildOutput result = ChildOutput.of(command, 120);
    if (!Files.exists(wanted)) {
      String why =
          result.text().lines().filter(line -> line.contains("error")).findFirst().orElse("");
      return new Built(null, why.isEmpty() ? result.text() : why);
    }
    return new Built(wanted, "");
  }

  /** The source itself or, where some text takes the place of another, a copy of its directory. */
  private Path source(CorpusProgram program) throws IOException {
    Path original = corpus.resolve(program.path());
    if (table.replacements().isEmpty()) {
      return original;
    }
    Path directory = output.resolve("sources").resolve(program.path()).getParent();
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(original.getParent())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        boolean wanted = file.equals(original) || file.toString().endsWith(".h");
        if (wanted) {
          Files.writeString(directory.resolve(file.getFileName()), replaced(file));
        }
      }
    }
    return directory.resolve(original.getFileName());
  }

  private String replaced(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    for (CorpusTable.Replacement replacement : table.replacements()) {
      text = text.replace(replacement.from(), replacement.to());
    }
    return text;
  }
}
