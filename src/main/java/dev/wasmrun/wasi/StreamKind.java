package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Where a standard stream comes from or goes to, as far as a program may want to know. */
enum StreamKind {
  /** A terminal: somebody reads each line as it comes. */
  TERMINAL(FileType.CHARACTER_DEVICE),

  /** Another device, such as {@code /dev/null}. */
  DEVICE(FileType.CHARACTER_DEVICE),

  FILE(FileType.REGULAR_FILE),

  /** A pipe, or a stream of Java, of which nothing is known. */
  PIPE(FileType.PIPE);

  private static final int TYPE = 0170000;
  private static final int CHARACTER = 0020000;
  private static final int REGULAR = 0100000;

  private static final int CONSOLES = 4;
  private static final int OWN_TERMINAL = 5;
  private static final int FIRST_WINDOW = 136;
  private static final int LAST_WINDOW = 143;

  private final FileType type;

  StreamKind(FileType type) {
    this.type = type;
  }

  FileType type() {
    return type;
  }

  /**
   * What a descriptor of this process is. Where the system does not tell, it passes for a pipe.
   *
   * @param descriptor 0 to 2
   */
  static StreamKind ofProcess(int descriptor) {
    Path own = own(descriptor);
    try {
      return switch ((int) Files.getAttribute(own, "unix:mode") & TYPE) {
        case REGULAR -> FILE;
        case CHARACTER ->
            isTerminal((long) Files.getAttribute(own, "unix:rdev")) ? TERMINAL : DEVICE;
        default -> PIPE;
      };
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return PIPE;
    }
  }

  /** What is known of a descriptor of this process; a file has its size and times. */
  static FileStatus statusOfProcess(int descriptor) throws IOException {
    StreamKind kind = ofProcess(descriptor);
    return kind == FILE
        ? FileStatus.of(Files.readAttributes(own(descriptor), BasicFileAttributes.class))
        : FileStatus.ofStream(kind.type());
  }

  private static Path own(int descriptor) {
    return Path.of("/proc/self/fd", Integer.toString(descriptor));
  }

  /** By Linux's numbers of devices. */
  private static boolean isTerminal(long device) {
    int major = (int) (device >> 8 & 0xfff);
    return major == CONSOLES
        || major == OWN_TERMINAL
        || major >= FIRST_WINDOW && major <= LAST_WINDOW;
  }
}
