package dev.wasmrun.source;

import java.util.ArrayList;
import java.util.List;

/** The files that a line table refers to by number. */
final class LineFiles {
  private final String compilation;
  private final int first;
  private final List<String> directories = new ArrayList<>();
  private final List<FileName> files = new ArrayList<>();

  private record FileName(String name, long directory) {}

  /**
   * No files yet.
   *
   * @param compilation the directory in which the compiler ran
   * @param first the number of the first file
   */
  LineFiles(String compilation, int first) {
    this.compilation = compilation;
    this.first = first;
    if (first == 1) {
      directories.add(compilation);
    }
  }

  void addDirectory(String name) {
    directories.add(name);
  }

  void addFile(String name, long directory) {
    files.add(new FileName(name, directory));
  }

  /** Whether there is a file with a number. */
  boolean has(int number) {
    return number >= first && number - first < files.size();
  }

  /** The path of a file; empty if there is none with that number. */
  String path(int number) {
    if (!has(number)) {
      return "";
    }
    FileName file = files.get(number - first);
    String directory =
        file.directory() >= 0 && file.directory() < directories.size()
            ? directories.get((int) file.directory())
            : "";
    return join(join(compilation, directory), file.name());
  }

  /** A path as it is to be shown: below the compiler's directory without that. */
  String shown(String path) {
    String prefix = compilation.endsWith("/") ? compilation : compilation + "/";
    return path.startsWith(prefix) && path.length() > prefix.length() && !compilation.isEmpty()
        ? path.substring(prefix.length())
        : path;
  }

  private static String join(String directory, String name) {
    boolean absolute =
        name.startsWith("/") || name.length() > 1 && name.charAt(1) == ':' || directory.isEmpty();
    String joined = absolute ? name : name.isEmpty() ? directory : directory + "/" + name;
    return normal(joined);
  }

  /** Without {@code .} and {@code ..}, as far as they can be resolved, and doubled separators. */
  private static String normal(String path) {
    if (!path.contains("/.") && !path.contains("//") && !path.startsWith("./")) {
      return path;
    }
    var parts = new ArrayList<String>();
    for (String part : path.split("/")) {
      boolean up =
          part.equals("..") && !parts.isEmpty() && !parts.get(parts.size() - 1).equals("..");
      if (up) {
        parts.remove(parts.size() - 1);
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return (path.startsWith("/") ? "/" : "") + String.join("/", parts);
  }
}
