package dev.wasmrun.convention.emscripten;

import dev.wasmrun.convention.emscripten.GuestPaths.Location;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Errno;
import dev.wasmrun.wasi.Wasi;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The system calls that set times, permissions and owners of files.
 *
 * <p>WASI has neither permissions nor owners. To set them does nothing, for a program that unpacks
 * an archive, say, has no use for an error; but the file must be there.
 */
final class AttributeImports {
  private static final int NO_FOLLOW = 0x100;
  private static final int USUAL_MASK = 022;

  private final Wasi wasi;
  private final GuestPaths paths;
  private final StatLayout layout;

  /**
   * Creates the imports.
   *
   * @param layout tells how wide a time is
   */
  AttributeImports(Wasi wasi, GuestPaths paths, StatLayout layout) {
    this.wasi = wasi;
    this.paths = paths;
    this.layout = layout;
  }

  Map<String, Import> all() {
    var calls = new HashMap<String, Import>();
    int here = GuestPaths.WORKING_DIRECTORY;
    SystemCall.define(calls, "chmod", 1, (m, a) -> exists(m, here, a[0], true));
    SystemCall.define(calls, "chown32", 1, (m, a) -> exists(m, here, a[0], true));
    SystemCall.define(calls, "lchown32", 1, (m, a) -> exists(m, here, a[0], false));
    SystemCall.define(calls, "fchmod", 1, (m, a) -> isOpen((int) a[0]));
    SystemCall.define(calls, "fchown32", 1, (m, a) -> isOpen((int) a[0]));
    SystemCall.define(calls, "fchmodat", 2, (m, a) -> exists(m, (int) a[0], a[1], true));
    SystemCall.define(calls, "fchmodat2", 2, (m, a) -> exists(m, (int) a[0], a[1], true));
    SystemCall.define(calls, "fchownat", 2, (m, a) -> exists(m, (int) a[0], a[1], true));
    SystemCall.define(calls, "umask", 1, (m, a) -> USUAL_MASK);
    SystemCall.define(
        calls, "utimensat", 4, (m, a) -> setTimes(m, (int) a[0], (int) a[1], (int) a[2], a[3]));
    return calls;
  }

  private int isOpen(int number) throws IOException {
    wasi.descriptors().status(number);
    return 0;
  }

  private int exists(LinearMemory memory, int directory, long path, boolean follow)
      throws IOException {
    Location location = paths.locate(directory, EndImports.text(memory, (int) path));
    if (location == null) {
      return -Errno.NOENT.code();
    }
    wasi.files().status(location.directory(), location.path(), follow);
    return 0;
  }

  /**
   * Sets the times of access and modification.
   *
   * @param path 0 for the descriptor's own
   * @param times the address of two times, that of access first; 0 for now
   */
  private int setTimes(LinearMemory memory, int directory, int path, int times, long flags)
      throws IOException {
    FileTime now = FileTime.from(Instant.now());
    FileTime accessed = times == 0 ? now : layout.time(memory, times);
    FileTime modified = times == 0 ? now : layout.time(memory, times + layout.timeSize());
    if (path == 0) {
      wasi.descriptors().setTimes(directory, accessed, modified);
      return 0;
    }
    Location location = paths.locate(directory, EndImports.text(memory, path));
    if (location == null) {
      return -Errno.NOENT.code();
    }
    boolean follow = (flags & NO_FOLLOW) == 0;
    wasi.files().setTimes(location.directory(), location.path(), follow, accessed, modified);
    return 0;
  }
}
