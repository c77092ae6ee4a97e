package dev.wasmrun.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of the programs of a corpus. In a file a line states
 *
 * <pre>
 *   judged KINDS                        what its verdicts are about: race,locks,memory,failure
 *   include DIRECTORY                   of the corpus, for headers
 *   flags WORDS                         for every compiler
 *   replace "TEXT" "TEXT"               in the sources and headers of a program
 *   args PATH WORDS                     what a program is started with
 *   PATH VERDICT                        correct, or race+locks and the like
 *   PATH VERDICT except CHECKERS REASON those that judge otherwise
 * </pre>
 *
 * Empty lines and those that begin with {@code #} mean nothing. Immutable.
 */
final class CorpusTable {
  private static final Pattern PROGRAM =
      Pattern.compile("(\\S+) +([a-z+]+)(?: +except +([a-z,]+) +(.+))?");
  private static final Pattern REPLACEMENT = Pattern.compile("replace +\"(.+)\" +\"(.+)\"");

  private final List<CorpusProgram> programs = new ArrayList<>();
  private final List<String> includes = new ArrayList<>();
  private final List<String> flags = new ArrayList<>();
  private final List<Replacement> replacements = new ArrayList<>();
  private final Map<String, List<String>> args = new HashMap<>();
  private Set<Defect> judged = EnumSet.allOf(Defect.class);

  /** A text that takes another's place in a program, as where that starts 10,000 threads. */
  record Replacement(String from, String to) {}

  private CorpusTable() {}

  /** The table in a file. */
  static CorpusTable read(Path file) throws IOException {
    var table = new CorpusTable();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        table.add(line.strip());
      }
    }
    return table;
  }

  private void add(String line) {
    Matcher replacement = REPLACEMENT.matcher(line);
    Matcher program = PROGRAM.matcher(line);
    if (line.startsWith("judged ")) {
      judged = EnumSet.noneOf(Defect.class);
      for (String word : line.substring("judged ".length()).split(",")) {
        judged.add(Defect.valueOf(word.strip().toUpperCase(Locale.ROOT)));
      }
    } else if (line.startsWith("include ")) {
      includes.add(line.substring("include ".length()).strip());
    } else if (line.startsWith("flags ")) {
      flags.addAll(List.of(line.substring("flags ".length()).strip().split(" +")));
    } else if (line.startsWith("args ")) {
      List<String> words = List.of(line.split(" +"));
      args.put(words.get(1), words.subList(2, words.size()));
    } else if (replacement.matches()) {
      replacements.add(new Replacement(replacement.group(1), replacement.group(2)));
    } else if (program.matches()) {
      String reason = program.group(4) == null ? "" : program.group(4);
      programs.add(CorpusProgram.of(program.group(1), program.group(2), program.group(3), reason));
    } else {
      throw new IllegalArgumentException("a table of programs has no such line: " + line);
    }
  }

  List<CorpusProgram> programs() {
    return List.copyOf(programs);
  }

  List<String> includes() {
    return List.copyOf(includes);
  }

  List<String> flags() {
    return List.copyOf(flags);
  }

  List<Replacement> replacements() {
    return List.copyOf(replacements);
  }

  /** What a program is started with. */
  List<String> args(CorpusProgram program) {
    return args.getOrDefault(program.path(), List.of());
  }

  /** What the verdicts are about; nothing is known of other defects. */
  Set<Defect> judged() {
    return Set.copyOf(judged);
  }
}
