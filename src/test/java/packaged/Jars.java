package packaged;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The jars that the build makes, and those of the libraries that it uses. */
final class Jars {
  /** The one without libraries. */
  static final Path PLAIN = Path.of(System.getProperty("plain.jar"));

  /** The one with all of them. */
  static final Path SHADED = Path.of(System.getProperty("shaded.jar"));

  private Jars() {}

  /** The names of everything in a jar. */
  static Set<String> entries(Path jar) {
    try (var file = new JarFile(jar.toFile())) {
      return file.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of an entry. */
  static String text(Path jar, String entry) throws IOException {
    try (var file = new JarFile(jar.toFile());
        var in = file.getInputStream(file.getEntry(entry))) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  /** The jars of all libraries, those for tests included. */
  static List<Path> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(Files::isRegularFile)
        .toList();
  }

  /** The jars that somebody needs who uses the plain one, by the build's description. */
  static List<Path> needed() throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
    var groups =
        (NodeList)
            XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    "/project/dependencies/dependency[not(scope) and not(optional)]/groupId",
                    pom,
                    XPathConstants.NODESET);
    var directories = new ArrayList<Path>();
    for (int i = 0; i < groups.getLength(); i++) {
      directories.add(Path.of(groups.item(i).getTextContent().replace('.', '/')));
    }
    return libraries().stream().filter(jar -> directories.contains(group(jar))).toList();
  }

  /** The group of a jar in a repository, as a path: GROUP/ARTIFACT/VERSION/JAR. */
  private static Path group(Path jar) {
    Path group = jar.getParent().getParent().getParent();
    for (int depth = 1; depth < group.getNameCount(); depth++) {
      if (group.getName(depth - 1).toString().equals("repository")) {
        return group.subpath(depth, group.getNameCount());
      }
    }
    return group;
  }
}
