package dev.wasmrun.source;

import dev.wasmrun.Internal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the debug information of one module tells. Where it tells nothing, or cannot be read, the
 * answers are those without it. Thread-safe.
 */
@Internal
public final class SourceLines {
  private static final String MAP_ADDRESS = "sourceMappingURL";
  private static final String EXTERNAL = "external_debug_info";
  private static final String DWARF = ".debug_info";
  private static final String LINES = ".debug_line";

  private final Map<String, Supplier<byte[]>> sections;
  private final int codeStart;
  private final Optional<Path> directory;

  // Guarded by this: read when somebody asks, and empty from then on if there is none to be had.
  private boolean opened;
  private Optional<DebugInformation> information = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private SourceTexts texts = new SourceTexts(Optional.empty(), file -> Optional.empty());

  /**
   * Debug information, which is not read yet.
   *
   * @param sections what gives the contents of the module's custom sections, by name
   * @param codeStart where the content of the code section begins in the module's file
   * @param file the module's file, if it is in one
   */
  public SourceLines(Map<String, Supplier<byte[]>> sections, int codeStart, Optional<Path> file) {
    this.sections = Map.copyOf(sections);
    this.codeStart = codeStart;
    this.directory = file.map(path -> path.toAbsolutePath().getParent());
  }

  /** Whether a section of this name is one that this reads. */
  public static boolean reads(String section) {
    return section.startsWith(".debug_") || section.equals(MAP_ADDRESS) || section.equals(EXTERNAL);
  }

  /** Whether the module has debug information, or says where it is. Nothing is read for that. */
  public boolean present() {
    return sections.containsKey(DWARF)
        || sections.containsKey(MAP_ADDRESS)
        || sections.containsKey(EXTERNAL);
  }

  /** Why there is none, although {@link #present} says so; empty as long as nobody has asked. */
  public synchronized Optional<String> problem() {
    return problem;
  }

  /**
   * The frames that a place in a function is shown as, innermost first; one at least.
   *
   * @param function the name of the module's function
   * @param begin the offset at which it begins
   * @param offset the place in the module's file; {@link SourceFrame#NO_OFFSET} if not known
   */
  public synchronized List<SourceFrame> frames(String function, int begin, int offset) {
    List<ActiveScope> scopes =
        offset == SourceFrame.NO_OFFSET
            ? List.of()
            : answer(found -> found.scopesAt(offset, begin), List.<ActiveScope>of());
    if (scopes.isEmpty()) {
      return List.of(new SourceFrame(function, offset));
    }
    var frames = new ArrayList<SourceFrame>();
    for (ActiveScope scope : scopes) {
      SourcePlace place = scope.place();
      String name = scope.inlined() && !scope.function().isEmpty() ? scope.function() : function;
      frames.add(
          new SourceFrame(
              name,
              offset,
              place.shown(),
              place.line(),
              place.column(),
              scope.inlined(),
              answer(found -> texts.at(place), "")));
    }
    return frames;
  }

  /** The variable that has an address in the module's memory, if one is known. */
  public synchronized Optional<SourceVariable> variableAt(int address) {
    return answer(found -> found.variableAt(address), Optional.empty());
  }

  /** A question. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(DebugInformation information);
  }

  private <T> T answer(Question<T> question, T unknown) {
    if (!opened) {
      opened = true;
      information = guarded(this::open, Optional.empty());
      texts =
          new SourceTexts(directory, file -> information.flatMap(found -> found.sourceOf(file)));
    }
    return information.isEmpty()
        ? unknown
        : guarded(() -> question.ask(information.get()), unknown);
  }

  /** Does what may find that the debug information is bad; then there is none from now on. */
  private <T> T guarded(Supplier<T> reading, T otherwise) {
    try {
      return reading.get();
    } catch (BadDebugInformation e) {
      problem = Optional.of(e.getMessage());
    } catch (OutOfMemoryError e) {
      problem = Optional.of("it does not fit in memory");
    }
    information = Optional.empty();
    return otherwise;
  }

  private Optional<DebugInformation> open() {
    if (sections.containsKey(DWARF)) {
      var contents = new HashMap<String, byte[]>();
      sections.forEach((name, section) -> contents.put(name, section.get()));
      return Optional.of(new Dwarf(new Sections(contents), codeStart));
    }
    if (sections.containsKey(EXTERNAL)) {
      return Optional.of(new Dwarf(external(text(EXTERNAL)), codeStart));
    }
    if (sections.containsKey(MAP_ADDRESS)) {
      return Optional.of(SourceMap.read(map(text(MAP_ADDRESS))));
    }
    return Optional.empty();
  }

  /** The text that is all of a section. */
  private String text(String section) {
    var in = new SectionReader(sections.get(section).get(), 0);
    return in.text(in.uleb());
  }

  private Sections external(String name) {
    var in = new SectionReader(fileBeside(name), 0);
    in.skip(8); // of the module's header
    var found = new HashMap<String, byte[]>();
    while (in.remaining() > 0) {
      int id = in.u8();
      long size = in.uleb();
      int start = in.at();
      in.skip(size);
      if (id == 0) {
        SectionReader inside = in.range(start, in.at());
        String section = inside.text(inside.uleb());
        if (section.startsWith(".debug_")) {
          found.put(section, inside.bytes(inside.remaining()));
        }
      }
    }
    if (!found.containsKey(DWARF) || !found.containsKey(LINES)) {
      throw new BadDebugInformation("%s has no debug information".formatted(name));
    }
    return new Sections(found);
  }

  private byte[] map(String address) {
    if (!address.startsWith("data:")) {
      return fileBeside(address);
    }
    int data = address.indexOf(',');
    String encoded = address.substring(data + 1);
    try {
      return data > 0 && address.substring(0, data).endsWith(";base64")
          ? Base64.getMimeDecoder().decode(encoded)
          : URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8)
              .getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadDebugInformation("the address of the source map is malformed", e);
    }
  }

  private byte[] fileBeside(String name) {
    return directory
        .flatMap(beside -> SourceFile.beside(beside, name))
        .flatMap(file -> SourceFile.read(file, SourceFile.MOST))
        .orElseThrow(() -> new BadDebugInformation("there is no file " + name));
  }
}
