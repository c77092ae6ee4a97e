package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.wasi.OpenDirectory.Grant;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The files that a guest was granted, by path. A path is relative to an open directory and cannot
 * lead out of it: see {@link PathWalk}. Thread-safe.
 *
 * <p>Every operation throws {@link ErrnoException} for what a guest should be told, and {@link
 * IOException} for what {@link Errno#of} translates.
 */
@Internal
public final class GrantedFiles {
  /** How often a name may change its meaning under an operation before the guest is told. */
  private static final int ATTEMPTS = 64;

  private final DescriptorTable table;
  private final List<Path> roots;

  /**
   * The names lock: held exclusively while a name is given, taken or changed. So the threads of a
   * guest cannot race one another through the gaps that the JDK's operations leave, only other
   * programs can; each operation says what it does about those.
   */
  private final ReadWriteLock names = new ReentrantReadWriteLock();

  private GrantedFiles(DescriptorTable table, List<Path> roots) {
    this.table = table;
    this.roots = roots;
  }

  /** An operation at a place; it is repeated if a name changes its meaning meanwhile. */
  @FunctionalInterface
  private interface Operation<T> {
    T at(PathTarget place) throws IOException, ChangedMeanwhile;
  }

  /**
   * Enters a descriptor for each granted directory into a table.
   *
   * @throws UsageException if one is no directory that can be read, or the platform cannot confine
   *     a guest to it
   */
  static GrantedFiles grant(DescriptorTable table, List<DirectoryGrant> grants) {
    var roots = new ArrayList<Path>();
    for (DirectoryGrant grant : grants) {
      try {
        Path root = grant.host().toRealPath();
        roots.add(root);
        table.add(granted(root, grant));
      } catch (IOException e) {
        String why = Errno.of(e) == Errno.NOENT ? "there is none" : e.toString();
        throw new UsageException("cannot grant the directory %s: %s".formatted(grant.host(), why));
      }
    }
    return new GrantedFiles(table, List.copyOf(roots));
  }

  private static OpenDirectory granted(Path root, DirectoryGrant grant) throws IOException {
    var stream = Files.newDirectoryStream(root);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      long denied = grant.readOnly() ? Right.CHANGING : 0;
      Object key =
          secure.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
      return new OpenDirectory(
          secure,
          root,
          new Grant(root, key, grant.guest(), grant.readOnly()),
          Optional.of(grant.guest()),
          Right.OF_DIRECTORY & ~denied,
          Right.ALL & ~denied);
    }
    stream.close();
    throw new UsageException(
        "cannot grant the directory %s: this platform has no way to keep a guest inside it"
            .formatted(root));
  }

  /**
   * Opens a file or directory, or creates a file.
   *
   * @param rights WASI's rights for the new descriptor
   * @param inheriting WASI's rights for what is opened through it
   * @return the new descriptor's number
   */
  public int open(int directory, String path, OpenRequest request, long rights, long inheriting)
      throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_OPEN);
    if (request.create()) {
      require(base, Right.PATH_CREATE_FILE);
    }
    if (request.truncate()) {
      require(base, Right.PATH_FILESTAT_SET_SIZE);
    }
    base.requireUnchanged(rights & Right.WRITING);
    if (((rights | inheriting) & ~base.inheriting()) != 0) {
      throw new ErrnoException(Errno.NOTCAPABLE);
    }
    var opening = new Opening(base, request, rights, inheriting);
    Lock lock = request.create() ? names.writeLock() : names.readLock();
    return table.add(at(lock, base, path, request.follow(), opening::at));
  }

  /** Opens with all rights that the request and the directory leave; returns the new number. */
  public int open(int directory, String path, OpenRequest request) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_OPEN);
    if (request.write()) {
      base.requireUnchanged(Right.WRITING);
    }
    long rights = base.inheriting();
    if (!request.read()) {
      rights &= ~Right.of(Right.FD_READ);
    }
    return open(
        directory,
        path,
        request,
        request.write() ? rights : rights & ~Right.WRITING,
        base.inheriting());
  }

  /** What is known of the file at a path. */
  public FileStatus status(int directory, String path, boolean follow) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_FILESTAT_GET);
    return FileStatus.of(
        at(
            names.readLock(),
            base,
            path,
            follow,
            place -> {
              BasicFileAttributes attributes = place.attributes();
              if (follow && attributes.isSymbolicLink()) {
                throw new ChangedMeanwhile(); // the walk saw something else here
              }
              return attributes;
            }));
  }

  /** What is known of an open file, as it is now if its name still leads to it. */
  FileStatus status(OpenFile file) throws IOException {
    Optional<BasicFileAttributes> now =
        atFile(file, PathTarget::attributes).filter(found -> isOf(file, found));
    return FileStatus.of(now.orElse(file.atOpening()), file.size());
  }

  /** Where what a path leads to is stored. */
  public FileStore store(int directory, String path) throws IOException {
    status(directory, path, true);
    return store(table.get(directory));
  }

  /** Where something is stored: everything in a grant, where that is; streams nowhere. */
  FileStore store(Descriptor descriptor) throws IOException {
    if (descriptor instanceof OpenFile file) {
      return Files.getFileStore(file.path());
    }
    if (descriptor instanceof OpenDirectory directory) {
      return Files.getFileStore(directory.path());
    }
    throw new ErrnoException(Errno.NOSYS);
  }

  FileStatus status(OpenDirectory directory) throws IOException {
    return FileStatus.of(at(names.readLock(), directory, ".", false, PathTarget::attributes));
  }

  /** Sets times; null leaves one as it is. */
  public void setTimes(
      int directory, String path, boolean follow, FileTime accessed, FileTime modified)
      throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_FILESTAT_SET_TIMES);
    setTimes(base, path, follow, accessed, modified);
  }

  void setTimes(
      OpenDirectory base, String path, boolean follow, FileTime accessed, FileTime modified)
      throws IOException {
    at(
        names.readLock(),
        base,
        path,
        follow,
        place -> {
          FileType type = FileType.of(place.attributes());
          if (type == FileType.SYMBOLIC_LINK) {
            throw new ErrnoException(Errno.NOTSUP); // the JDK has no way
          }
          if (type == FileType.UNKNOWN) {
            throw new ErrnoException(Errno.PERM); // it would be opened for that
          }
          place.view().setTimes(modified, accessed, null);
          return null;
        });
  }

  void setTimes(OpenFile file, FileTime accessed, FileTime modified) throws IOException {
    Optional<Boolean> set =
        atFile(
            file,
            place -> {
              boolean found = isOf(file, place.attributes());
              if (found) {
                place.view().setTimes(modified, accessed, null);
              }
              return found;
            });
    if (!set.orElse(false)) {
      throw new ErrnoException(Errno.NOTSUP); // the JDK has no way to a file without a name
    }
  }

  /** Creates a directory. */
  public void createDirectory(int directory, String path) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_CREATE_DIRECTORY);
    create(base, path, Files::createDirectory);
  }

  /** Creates a symbolic link that leads nobody out of the grant: see {@link LinkRule}. */
  public void createLink(String target, int directory, String path) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_SYMLINK);
    if (target.isEmpty()) {
      throw new ErrnoException(Errno.NOENT);
    }
    at(
        names.writeLock(),
        base,
        path,
        false,
        place -> {
          requireNewName(place);
          Path to = place.name().getFileSystem().getPath(target);
          LinkRule.requireTarget(target, place, base.grant());
          staging(base).create(place, staged -> Files.createSymbolicLink(staged, to));
          return null;
        });
  }

  /** Gives a file a second name. */
  public void link(int fromDirectory, String from, boolean follow, int toDirectory, String to)
      throws IOException {
    OpenDirectory source = directory(fromDirectory, Right.PATH_LINK_SOURCE);
    OpenDirectory target = directory(toDirectory, Right.PATH_LINK_TARGET);
    at(
        names.writeLock(),
        source,
        from,
        follow,
        existing -> {
          BasicFileAttributes attributes = existing.attributes();
          if (FileType.of(attributes) == FileType.DIRECTORY) {
            throw new ErrnoException(Errno.PERM);
          }
          requireNoDirectorySlash(existing);
          try (PathTarget place = PathWalk.walk(target, to, false)) {
            requireNewName(place);
            LinkRule.requireSecondName(existing, attributes, place, target.grant());
            staging(target).link(place, existing.hostPath(), attributes.fileKey());
          }
          return null;
        });
  }

  /** The target of a symbolic link, as it is written. */
  public String readLink(int directory, String path) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_READLINK);
    return at(names.readLock(), base, path, false, place -> place.linkTarget(place.attributes()));
  }

  /** Renames a file or directory, replacing a file or an empty directory in one step. */
  public void rename(int fromDirectory, String from, int toDirectory, String to)
      throws IOException {
    OpenDirectory source = directory(fromDirectory, Right.PATH_RENAME_SOURCE);
    OpenDirectory target = directory(toDirectory, Right.PATH_RENAME_TARGET);
    at(
        names.writeLock(),
        source,
        from,
        false,
        old -> {
          boolean isDirectory = old.attributes().isDirectory();
          try (PathTarget renamed = PathWalk.walk(target, to, false)) {
            if (old.isDirectoryItself() || renamed.isDirectoryItself()) {
              throw new ErrnoException(Errno.INVAL);
            }
            if (!isDirectory && (old.directoryOnly() || renamed.directoryOnly())) {
              throw new ErrnoException(Errno.NOTDIR);
            }
            LinkRule.requireMove(old, source.grant(), renamed, target.grant());
            old.directory().move(old.name(), renamed.directory(), renamed.name());
            table.all().forEach(each -> each.moved(old.hostPath(), renamed.hostPath()));
          }
          return null;
        });
  }

  /** Removes a name that is not a directory's. */
  public void unlink(int directory, String path) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_UNLINK_FILE);
    at(
        names.writeLock(),
        base,
        path,
        false,
        place -> {
          if (place.attributes().isDirectory()) {
            throw new ErrnoException(Errno.ISDIR);
          }
          requireNoDirectorySlash(place);
          place.directory().deleteFile(place.name());
          return null;
        });
  }

  /** Removes an empty directory. */
  public void removeDirectory(int directory, String path) throws IOException {
    OpenDirectory base = directory(directory, Right.PATH_REMOVE_DIRECTORY);
    at(
        names.writeLock(),
        base,
        path,
        false,
        place -> {
          if (!place.attributes().isDirectory()) {
            throw new ErrnoException(Errno.NOTDIR);
          }
          if (place.isDirectoryItself()) {
            throw new ErrnoException(Errno.INVAL);
          }
          place.directory().deleteDirectory(place.name());
          return null;
        });
  }

  /** The names in a directory, sorted. */
  List<String> list(OpenDirectory directory) throws IOException {
    return at(
        names.readLock(),
        directory,
        ".",
        false,
        place -> {
          var found = new ArrayList<String>();
          try (var stream = place.openDirectory()) {
            stream.forEach(entry -> found.add(entry.getFileName().toString()));
          } catch (DirectoryIteratorException e) {
            throw e.getCause();
          }
          Collections.sort(found);
          return found;
        });
  }

  /** What an entry of a directory is; empty if it is gone. */
  Optional<FileStatus> entry(OpenDirectory directory, String name) throws IOException {
    return at(
        names.readLock(),
        directory,
        name,
        false,
        place -> place.attributesIfAny().map(FileStatus::of));
  }

  private OpenDirectory directory(int number, Right right) {
    if (table.get(number) instanceof OpenDirectory directory) {
      require(directory, right);
      return directory;
    }
    throw new ErrnoException(Errno.NOTDIR);
  }

  private static void require(OpenDirectory directory, Right right) {
    directory.requireUnchanged(right.bit());
    directory.require(right);
  }

  private void create(OpenDirectory base, String path, Staging.Creation creation)
      throws IOException {
    at(
        names.writeLock(),
        base,
        path,
        false,
        place -> {
          staging(base).create(place, creation);
          return null;
        });
  }

  /** A grant within another could have its path changed by the guest; the outermost cannot. */
  private Staging staging(OpenDirectory base) {
    return new Staging(
        roots.stream()
            .filter(root -> base.grant().path().startsWith(root))
            .min((a, b) -> Integer.compare(a.getNameCount(), b.getNameCount()))
            .orElseThrow());
  }

  /** Operates on the name that a file was last known by; empty if it leads nowhere. */
  private <T> Optional<T> atFile(OpenFile file, Operation<T> operation) throws IOException {
    for (Descriptor descriptor : table.all()) {
      if (descriptor instanceof OpenDirectory directory
          && directory.grantedAs().isPresent()
          && file.path().startsWith(directory.path())) {
        String path = directory.path().relativize(file.path()).toString();
        try {
          return Optional.of(at(names.readLock(), directory, path, false, operation));
        } catch (ErrnoException | NoSuchFileException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(OpenFile file, BasicFileAttributes attributes) {
    return file.atOpening().fileKey().equals(attributes.fileKey());
  }

  /** A link cannot be created by a name that ends in a slash, as only a directory's may. */
  private static void requireNewName(PathTarget place) throws IOException {
    if (place.directoryOnly()) {
      Optional<BasicFileAttributes> there = place.attributesIfAny();
      Errno whatIsThere =
          there.map(a -> a.isDirectory() ? Errno.EXIST : Errno.NOTDIR).orElse(Errno.NOENT);
      throw new ErrnoException(whatIsThere);
    }
  }

  private static void requireNoDirectorySlash(PathTarget place) {
    if (place.directoryOnly()) {
      throw new ErrnoException(Errno.NOTDIR);
    }
  }

  private static <T> T at(
      Lock lock, OpenDirectory base, String path, boolean follow, Operation<T> operation)
      throws IOException {
    Errno told = Errno.LOOP;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      lock.lock();
      try (PathTarget place = PathWalk.walk(base, path, follow)) {
        return operation.at(place);
      } catch (ChangedMeanwhile e) {
        told = e.errno();
        Thread.onSpinWait();
      } finally {
        lock.unlock();
      }
    }
    throw new ErrnoException(told);
  }
}
