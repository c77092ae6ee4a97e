package dev.wasmrun.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Debug information as AssemblyScript leaves it, and Emscripten on demand: a source map, version 3.
 * A module counts as one line, so a column is an offset in its file.
 */
final class SourceMap implements DebugInformation {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(SourceFile.MOST)
                  .maxNestingDepth(100)
                  .build())
          .build();

  private final List<String> sources = new ArrayList<>();
  private final List<String> contents = new ArrayList<>();
  private String root = "";
  private Mappings mappings = Mappings.of("");

  private SourceMap() {}

  /**
   * Reads a source map.
   *
   * @throws BadDebugInformation if it is none
   */
  static SourceMap read(byte[] json) {
    var map = new SourceMap();
    try (JsonParser in = JSON.createParser(withoutPrefix(json))) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new BadDebugInformation("the source map is no JSON object");
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        map.readField(in.currentName(), in);
      }
      return map;
    } catch (IOException e) {
      throw new BadDebugInformation("the source map is no JSON", e);
    }
  }

  /** Some begin with a line that keeps scripts from including them. */
  private static byte[] withoutPrefix(byte[] json) {
    if (json.length > 3 && json[0] == ')' && json[1] == ']' && json[2] == '}') {
      int line = 0;
      while (line < json.length && json[line] != '\n') {
        line++;
      }
      return Arrays.copyOfRange(json, line, json.length);
    }
    return json;
  }

  private void readField(String name, JsonParser in) throws IOException {
    JsonToken value = in.nextToken();
    switch (name) {
      case "version" -> {
        if (!value.isNumeric() || in.getIntValue() != 3) {
          throw new BadDebugInformation("the source map is not of version 3");
        }
      }
      case "sourceRoot" -> root = value == JsonToken.VALUE_STRING ? in.getText() : "";
      case "sources" -> readTexts(in, value, sources);
      case "sourcesContent" -> readTexts(in, value, contents);
      case "mappings" ->
          mappings = Mappings.of(value == JsonToken.VALUE_STRING ? in.getText() : "");
      default -> in.skipChildren();
    }
  }

  private static void readTexts(JsonParser in, JsonToken value, List<String> texts)
      throws IOException {
    if (value != JsonToken.START_ARRAY) {
      in.skipChildren();
      return;
    }
    for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
      if (next == null) {
        throw new BadDebugInformation("the source map ends too early");
      }
      texts.add(next == JsonToken.VALUE_STRING ? in.getText() : "");
      in.skipChildren();
    }
  }

  @Override
  public List<ActiveScope> scopesAt(int offset, int begin) {
    int found = mappings.at(offset, begin);
    if (found < 0 || mappings.source(found) >= sources.size()) {
      return List.of();
    }
    String shown = sources.get(mappings.source(found));
    var place = new SourcePlace(path(shown), shown, mappings.line(found), mappings.column(found));
    return List.of(new ActiveScope("", place, false));
  }

  private String path(String source) {
    return root.isEmpty() || root.endsWith("/") ? root + source : root + "/" + source;
  }

  @Override
  public Optional<SourceVariable> variableAt(int address) {
    return Optional.empty();
  }

  @Override
  public Optional<String> sourceOf(String file) {
    for (int i = 0; i < Math.min(sources.size(), contents.size()); i++) {
      if (file.equals(path(sources.get(i))) && !contents.get(i).isEmpty()) {
        return Optional.of(contents.get(i));
      }
    }
    return Optional.empty();
  }
}
