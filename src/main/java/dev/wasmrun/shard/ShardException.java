package dev.wasmrun.shard;

/** Shards that cannot be run, kept or merged; the message says why, in one line. */
public final class ShardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure of this cause, which may be null. */
  public ShardException(String message, Throwable cause) {
    super(message, cause);
  }

  ShardException(String message) {
    this(message, null);
  }
}
