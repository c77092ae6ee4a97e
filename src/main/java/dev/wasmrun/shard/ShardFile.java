package dev.wasmrun.shard;

import dev.wasmrun.guest.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file with the output of one shard. Its first line says of which, and has a digest of the
 * output, which shows whether all of it is there.
 */
final class ShardFile {
  private static final Pattern FIRST_LINE =
      Pattern.compile("%wasm-run shard (\\d+/\\d+) of ([0-9a-f]+), output ([0-9a-f]+)");

  private static final Pattern NAME = Pattern.compile("shard-\\d+-of-\\d+\\.txt");

  private static final int LONGEST_HEADER = 256;

  private ShardFile() {}

  /**
   * What the first line says.
   *
   * @param work what tells its work from any other
   * @param output a digest of the output
   */
  record Header(Shard shard, String work, String output) {
    /** The first line of a file with this output. */
    static Header of(Shard shard, String work, byte[] output) {
      return new Header(shard, work, Digest.of(output));
    }

    byte[] line() {
      return "%%wasm-run shard %s of %s, output %s\n"
          .formatted(shard, work, output)
          .getBytes(StandardCharsets.UTF_8);
    }

    /** What the bytes begin with, if it is a first line. */
    static Optional<Header> at(byte[] bytes) {
      int length = 0;
      while (length < Math.min(bytes.length, LONGEST_HEADER) && bytes[length] != '\n') {
        length++;
      }
      Matcher parts = FIRST_LINE.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
      try {
        return parts.matches()
            ? Optional.of(new Header(Shard.parse(parts.group(1)), parts.group(2), parts.group(3)))
            : Optional.empty();
      } catch (UsageException e) {
        return Optional.empty();
      }
    }
  }

  /** The files of a directory that are called as those of shards are. */
  static List<Path> in(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(ShardFile::isCalledSo).toList();
    } catch (IOException e) {
      throw new ShardException("cannot read %s: %s".formatted(directory, FileTrouble.of(e)), e);
    }
  }

  private static boolean isCalledSo(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches();
  }

  /**
   * What a file's first line says.
   *
   * @throws ShardException if it is no shard
   */
  static Header header(Path path) {
    return Header.at(beginning(path)).orElseThrow(() -> noShard(path));
  }

  /** As much of a file as may be its first line. */
  static byte[] beginning(Path path) {
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(LONGEST_HEADER);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * The output in a file.
   *
   * @throws ShardException if it is no shard, or not all of one
   */
  static byte[] output(Path path) {
    byte[] all = read(path);
    Header header = Header.at(all).orElseThrow(() -> noShard(path));
    byte[] output = Arrays.copyOfRange(all, Math.min(header.line().length, all.length), all.length);
    if (!Digest.of(output).equals(header.output())) {
      throw new ShardException(
          "%s is damaged: what follows its first line is not the output of shard %s; remove it"
              .formatted(path, header.shard()));
    }
    return output;
  }

  /** All that is in a file. */
  static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ShardException noShard(Path path) {
    return new ShardException(
        "%s is called as a shard, but its first line does not say of which; remove it"
            .formatted(path));
  }

  private static ShardException unreadable(Path path, IOException e) {
    return new ShardException("cannot read %s: %s".formatted(path, FileTrouble.of(e)), e);
  }
}
