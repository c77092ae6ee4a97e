package dev.wasmrun.convention.worker;

import dev.wasmrun.messages.BytePort;
import java.util.Optional;

/**
 * Whoever a run's guests exchange messages with, as far as they know it.
 *
 * <p>All threads of the run have the one port: each message goes to the first that asks.
 *
 * @param port where they post and receive
 * @param data what they were given to begin with, if anything; not changed by anybody
 */
public record Peer(BytePort port, Optional<byte[]> data) {
  /** The peer of a run that nobody talks to: its side is closed, and it gave nothing. */
  public static final Peer NONE = new Peer(BytePort.closed(), Optional.empty());
}
