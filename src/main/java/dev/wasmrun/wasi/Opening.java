package dev.wasmrun.wasi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One opening of what is at a place: a directory, a regular file, or a new file. Nothing else is
 * ever opened, as a device does things and a FIFO blocks.
 */
final class Opening {
  private final OpenDirectory base;
  private final OpenRequest request;
  private final long rights;
  private final long inheriting;

  /**
   * Creates an opening.
   *
   * @param base the directory that the path started from
   * @param rights what the new descriptor may be used for, so far as its type can
   * @param inheriting what descriptors opened through it may be used for, if it is a directory
   */
  Opening(OpenDirectory base, OpenRequest request, long rights, long inheriting) {
    this.base = base;
    this.request = request;
    this.rights = rights;
    this.inheriting = inheriting;
  }

  Descriptor at(PathTarget place) throws IOException, ChangedMeanwhile {
    Optional<BasicFileAttributes> found = place.attributesIfAny();
    if (found.isEmpty()) {
      return newFile(place);
    }
    if (request.create() && request.exclusive()) {
      throw new ErrnoException(Errno.EXIST);
    }
    return switch (FileType.of(found.get())) {
      case DIRECTORY -> directory(place, found.get());
      case REGULAR_FILE -> existingFile(place, found.get());
      case SYMBOLIC_LINK -> {
        if (request.follow()) {
          throw new ChangedMeanwhile(); // the walk saw something else here
        }
        throw new ErrnoException(Errno.LOOP);
      }
      case CHARACTER_DEVICE, PIPE, UNKNOWN -> throw new ErrnoException(Errno.PERM);
    };
  }

  private Descriptor directory(PathTarget place, BasicFileAttributes found)
      throws IOException, ChangedMeanwhile {
    if (request.write() || request.truncate() || request.create()) {
      throw new ErrnoException(Errno.ISDIR);
    }
    var stream = place.openDirectory();
    requireUnchanged(place, found, stream);
    return new OpenDirectory(
        stream,
        place.hostPath(),
        base.grant(),
        Optional.empty(),
        rights & Right.OF_DIRECTORY,
        inheriting);
  }

  private Descriptor newFile(PathTarget place) throws IOException, ChangedMeanwhile {
    if (!request.create()) {
      throw new ErrnoException(Errno.NOENT);
    }
    if (request.directoryOnly()) {
      throw new ErrnoException(Errno.INVAL);
    }
    if (place.directoryOnly()) {
      throw new ErrnoException(Errno.ISDIR);
    }
    FileChannel channel;
    try {
      channel = open(place, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new ChangedMeanwhile();
    }
    return file(place, channel, place.attributesIfAny().orElse(null));
  }

  private Descriptor existingFile(PathTarget place, BasicFileAttributes found)
      throws IOException, ChangedMeanwhile {
    if (request.directoryOnly() || place.directoryOnly()) {
      throw new ErrnoException(Errno.NOTDIR);
    }
    FileChannel channel;
    try {
      channel = open(place, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new ChangedMeanwhile();
    } catch (FileSystemException e) {
      if (Errno.of(e) == Errno.LOOP) {
        throw new ChangedMeanwhile(); // a link took the file's name
      }
      throw e;
    }
    requireUnchanged(place, found, channel);
    Descriptor opened = file(place, channel, found);
    if (request.truncate()) {
      try {
        channel.truncate(0); // only now is it known which file it is
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }
    return opened;
  }

  private FileChannel open(PathTarget place, StandardOpenOption creation) throws IOException {
    Set<OpenOption> options = new HashSet<>();
    options.add(LinkOption.NOFOLLOW_LINKS);
    if (creation == StandardOpenOption.CREATE_NEW) {
      options.add(creation);
    }
    // Java creates, and truncates, only what it may write.
    boolean write =
        request.write() || request.truncate() || creation == StandardOpenOption.CREATE_NEW;
    if (write) {
      options.add(appends() ? StandardOpenOption.APPEND : StandardOpenOption.WRITE);
    }
    if (!appends() && (request.read() || !write)) {
      options.add(StandardOpenOption.READ);
    }
    if (request.has(Descriptor.SYNCED)) {
      options.add(StandardOpenOption.SYNC);
    }
    SeekableByteChannel channel = place.directory().newByteChannel(place.name(), options);
    return (FileChannel) channel;
  }

  /** The JDK has the system append only where nothing is read, and not truncate what it appends. */
  private boolean appends() {
    return request.has(Descriptor.APPEND)
        && request.write()
        && !request.read()
        && !request.truncate();
  }

  private OpenFile file(PathTarget place, FileChannel channel, BasicFileAttributes attributes)
      throws IOException, ChangedMeanwhile {
    if (attributes == null || !attributes.isRegularFile()) {
      channel.close();
      throw new ChangedMeanwhile();
    }
    long granted = rights & Right.OF_FILE;
    return new OpenFile(channel, appends(), place.hostPath(), attributes, granted, request.flags());
  }

  /** Closes what was opened, and throws, unless the place still is what it was before. */
  private static void requireUnchanged(
      PathTarget place, BasicFileAttributes found, Closeable opened)
      throws IOException, ChangedMeanwhile {
    boolean unchanged = false;
    try {
      var now = place.attributesIfAny();
      unchanged = now.isPresent() && found.fileKey().equals(now.get().fileKey());
    } finally {
      if (!unchanged) {
        opened.close();
      }
    }
    if (!unchanged) {
      throw new ChangedMeanwhile();
    }
  }
}
