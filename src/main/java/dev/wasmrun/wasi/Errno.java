package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Map;
import java.util.regex.Pattern;

/** The error numbers of WASI preview 1 that this host answers with; Emscripten numbers the same. */
@Internal
public enum Errno {
  SUCCESS(0),
  ACCES(2),
  AGAIN(6),
  BADF(8),
  BUSY(10),
  EXIST(20),
  FAULT(21),
  FBIG(22),
  ILSEQ(25),
  INVAL(28),
  IO(29),
  ISDIR(31),
  LOOP(32),
  MFILE(33),
  MLINK(34),
  NAMETOOLONG(37),
  NODEV(43),
  NOENT(44),
  NOMEM(48),
  NOSPC(51),
  NOSYS(52),
  NOTDIR(54),
  NOTEMPTY(55),
  NOTSOCK(57),
  NOTSUP(58),
  OVERFLOW(61),
  PERM(63),
  PIPE(64),
  RANGE(68),
  ROFS(69),
  SPIPE(70),
  XDEV(75),
  NOTCAPABLE(76);

  /**
   * How the C library words what the JDK has no exception for; it is asked in no other language.
   */
  private static final Map<String, Errno> BY_REASON =
      Map.ofEntries(
          Map.entry("Device or resource busy", BUSY),
          Map.entry("Directory not empty", NOTEMPTY),
          Map.entry("File exists", EXIST),
          Map.entry("File name too long", NAMETOOLONG),
          Map.entry("File too large", FBIG),
          Map.entry("Invalid argument", INVAL),
          Map.entry("Invalid cross-device link", XDEV),
          Map.entry("Is a directory", ISDIR),
          Map.entry("No space left on device", NOSPC),
          Map.entry("Not a directory", NOTDIR),
          Map.entry("Operation not permitted", PERM),
          Map.entry("Read-only file system", ROFS),
          Map.entry("Too many levels of symbolic links", LOOP),
          Map.entry("Too many links", MLINK),
          Map.entry("Too many open files", MFILE));

  /** The JDK's own additions to the C library's words. */
  private static final Pattern NOTE =
      Pattern.compile(" \\(.*\\)$| or unable to access attributes of symbolic link$");

  private final int code;

  Errno(int code) {
    this.code = code;
  }

  /** The number that a guest sees. */
  public int code() {
    return code;
  }

  /** The error number for a failure of the JDK's file operations; {@link #IO} if none says more. */
  public static Errno of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return NOENT;
    }
    if (e instanceof FileAlreadyExistsException) {
      return EXIST;
    }
    if (e instanceof DirectoryNotEmptyException) {
      return NOTEMPTY;
    }
    if (e instanceof NotDirectoryException) {
      return NOTDIR;
    }
    if (e instanceof AccessDeniedException) {
      return ACCES;
    }
    if (e instanceof AtomicMoveNotSupportedException) {
      return XDEV;
    }
    if (e instanceof FileSystemLoopException) {
      return LOOP;
    }
    if (e instanceof NotLinkException) {
      return INVAL;
    }
    if (e instanceof ClosedChannelException) {
      return BADF; // another thread closed the descriptor meanwhile
    }
    String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
    return reason == null ? IO : BY_REASON.getOrDefault(NOTE.matcher(reason).replaceAll(""), IO);
  }
}
