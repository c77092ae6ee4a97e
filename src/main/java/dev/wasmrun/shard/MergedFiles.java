package dev.wasmrun.shard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The outputs of shards in files: those that say of themselves which they are, in that order, none
 * missing and all of one run; others in the order given.
 */
public final class MergedFiles {
  /** A file and what it says of itself. */
  private record Part(Path path, Optional<ShardFile.Header> header) {}

  private MergedFiles() {}

  /**
   * Puts the outputs together.
   *
   * @param paths files, or directories that a run has kept its shards in
   * @param merged gets all of them, but not their end
   * @throws ShardException if one cannot be read, or they are not the parts of one run
   */
  public static void merge(List<Path> paths, MergedOutput merged) {
    var parts = new ArrayList<Part>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        ShardFile.in(path).forEach(file -> parts.add(part(file)));
      } else {
        parts.add(part(path));
      }
    }
    if (parts.isEmpty()) {
      throw new ShardException("there is no shard in " + paths.get(0));
    }
    inOrder(parts).forEach(part -> merged.add(part.path().toString(), output(part)));
  }

  private static Part part(Path path) {
    return new Part(path, ShardFile.Header.at(ShardFile.beginning(path)));
  }

  private static byte[] output(Part part) {
    return part.header().isPresent() ? ShardFile.output(part.path()) : ShardFile.read(part.path());
  }

  private static List<Part> inOrder(List<Part> parts) {
    long telling = parts.stream().filter(part -> part.header().isPresent()).count();
    if (telling == 0) {
      return parts;
    }
    for (Part part : parts) {
      if (part.header().isEmpty()) {
        throw new ShardException(
            "%s does not say which shard it is, as others do".formatted(part.path()));
      }
    }
    List<Part> sorted =
        parts.stream().sorted(Comparator.comparing(part -> shard(part).index())).toList();
    requireAll(sorted);
    return sorted;
  }

  private static void requireAll(List<Part> sorted) {
    Part first = sorted.get(0);
    int count = shard(first).count();
    for (int i = 0; i < sorted.size(); i++) {
      Part part = sorted.get(i);
      if (shard(part).count() != count
          || !part.header().get().work().equals(first.header().get().work())) {
        throw new ShardException(
            "%s and %s are shards of different runs".formatted(first.path(), part.path()));
      }
      if (shard(part).index() < i) {
        throw new ShardException(
            "%s and %s are the same shard".formatted(sorted.get(i - 1).path(), part.path()));
      }
      if (shard(part).index() > i) {
        throw missing(new Shard(i, count));
      }
    }
    if (sorted.size() < count) {
      throw missing(new Shard(sorted.size(), count));
    }
  }

  private static ShardException missing(Shard shard) {
    return new ShardException("shard %s is missing".formatted(shard));
  }

  private static Shard shard(Part part) {
    return part.header().orElseThrow().shard();
  }
}
