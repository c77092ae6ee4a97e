package dev.wasmrun.serve;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection of a client that is passed on to a server: what one end sends the other gets, and
 * that it sends no more, too. Used by one thread.
 */
final class Relay {
  private static final int BUFFER = 16 << 10;

  /** One direction: what has been read and not yet written, and whether that was all. */
  private static final class Stream {
    private final SocketChannel from;
    private final SocketChannel to;
    private final ByteBuffer held = ByteBuffer.allocate(BUFFER).flip();
    private boolean ended;
    private boolean told;

    Stream(SocketChannel from, SocketChannel to) {
      this.from = from;
      this.to = to;
    }

    void move() throws IOException {
      if (!held.hasRemaining() && !ended) {
        held.clear();
        ended = from.read(held) < 0;
        held.flip();
      }
      to.write(held);
      if (ended && !held.hasRemaining() && !told) {
        told = true;
        to.shutdownOutput();
      }
    }

    boolean wantsToRead() {
      return !ended && !held.hasRemaining();
    }

    boolean wantsToWrite() {
      return held.hasRemaining();
    }
  }

  private final SelectionKey clientKey;
  private final SelectionKey serverKey;
  private final Stream request;
  private final Stream response;
  private final AtomicInteger count;
  private boolean closed;

  /**
   * Begins to pass on.
   *
   * @param count goes up now, and down at the end
   */
  Relay(Selector selector, SocketChannel client, SocketChannel server, AtomicInteger count)
      throws IOException {
    this.count = count;
    count.incrementAndGet();
    request = new Stream(client, server);
    response = new Stream(server, client);
    clientKey = register(client, selector);
    serverKey = register(server, selector);
  }

  private SelectionKey register(SocketChannel channel, Selector selector) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // what comes is to go on at once
    return channel.register(selector, SelectionKey.OP_READ, this);
  }

  /**
   * Moves what there is.
   *
   * @return whether more may come
   */
  boolean move(SelectionKey ready) {
    try {
      boolean ofClient = ready == clientKey;
      if (ready.isReadable()) {
        (ofClient ? request : response).move();
      }
      if (ready.isWritable()) {
        (ofClient ? response : request).move();
      }
    } catch (IOException e) {
      return false; // an end is gone: so is what it would have got
    }
    if (request.told && response.told) {
      return false;
    }
    clientKey.interestOps(interest(request, response));
    serverKey.interestOps(interest(response, request));
    return true;
  }

  private static int interest(Stream outOf, Stream into) {
    return (outOf.wantsToRead() ? SelectionKey.OP_READ : 0)
        | (into.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
  }

  void close() {
    if (closed) {
      return;
    }
    closed = true;
    count.decrementAndGet();
    for (SelectionKey key : new SelectionKey[] {clientKey, serverKey}) {
      try {
        key.channel().close();
      } catch (IOException e) {
        key.cancel(); // it is closed as far as it can be
      }
    }
  }
}
