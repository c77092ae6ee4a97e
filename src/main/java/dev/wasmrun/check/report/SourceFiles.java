package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.source.SourceFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The files that findings are about, as other programs name them. */
final class SourceFiles {
  private static final String UNRESERVED = "-._~/";

  private SourceFiles() {}

  /** The place at which a finding is shown: the first whose source is known, else the first. */
  static Optional<SourceFrame> shown(Finding finding) {
    return finding.stacks().stream()
        .flatMap(stack -> stack.frames().stream())
        .filter(frame -> frame.hasLine() && !Finding.isInLibrary(frame))
        .findFirst()
        .or(finding::place);
  }

  /** The path from the current directory, if the file is below it; else the path as it is. */
  static String relative(String file) {
    try {
      Path path = Path.of(file).normalize();
      Path here = Path.of("").toAbsolutePath();
      return path.isAbsolute() && path.startsWith(here)
          ? here.relativize(path).toString().replace('\\', '/')
          : file;
    } catch (InvalidPathException e) {
      return file; // a name of another system
    }
  }

  /** The same as a reference of RFC 3986, absolute if the path is. */
  static String uri(String file) {
    String path = relative(file);
    var uri = new StringBuilder(path.startsWith("/") ? "file://" : "");
    for (byte one : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (one & 0xFF);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
        uri.append(c);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return uri.toString();
  }
}
