package dev.wasmrun.shard;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What came of one shard. Immutable, but for its arrays, which belong to whoever has it. */
public final class ShardResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int shard;
  private final byte[] output;
  private final long[] emitted;
  private final ArrayList<String> notices;
  private final ShardFailure failure; // null for none

  /**
   * What came of a shard.
   *
   * @param failure how it failed; null if it did not
   */
  ShardResult(
      int shard, byte[] output, long[] emitted, List<String> notices, ShardFailure failure) {
    this.shard = shard;
    this.output = output;
    this.emitted = emitted;
    this.notices = new ArrayList<>(notices);
    this.failure = failure;
  }

  /** A shard that could not be run to its end. */
  public static ShardResult failed(int shard, ShardFailure failure) {
    return new ShardResult(shard, new byte[0], new long[0], List.of(), failure);
  }

  /** Which shard, from 0. */
  public int shard() {
    return shard;
  }

  /** What a run of this shard alone writes to standard output, emitted numbers included. */
  public byte[] output() {
    return output;
  }

  /** The numbers that the guest emitted, unsigned, in their order. */
  public long[] emitted() {
    return emitted;
  }

  /** What the host has to say that is no result, each in one line. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** How it failed, if it did. */
  public Optional<ShardFailure> failure() {
    return Optional.ofNullable(failure);
  }
}
