package dev.wasmrun.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address for several servers of this machine: each connection goes to the server that has the
 * fewest, and its bytes there and back until both ends have closed it.
 *
 * <p>Used by any number of threads; one of its own moves the bytes.
 */
final class ConnectionFront implements AutoCloseable {
  private static final int MOST_CONNECTIONS = ModuleServer.MOST_CONNECTIONS;

  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Thread thread;

  /** How many connections each server has, by its port on loopback. */
  private final ConcurrentHashMap<Integer, AtomicInteger> servers = new ConcurrentHashMap<>();

  /** Used by the thread. */
  private final Set<Relay> relays = new HashSet<>();

  private final CountDownLatch drained = new CountDownLatch(1);
  private volatile boolean stopping;

  private ConnectionFront(ServerSocketChannel listener, Selector selector) {
    this.listener = listener;
    this.selector = selector;
    this.thread = new Thread(this::serve, "front");
    thread.setDaemon(true);
  }

  /**
   * Listens to an address.
   *
   * @throws IOException if it cannot be listened to
   */
  static ConnectionFront start(InetSocketAddress address) throws IOException {
    var listener = ServerSocketChannel.open();
    try {
      listener.bind(address, 0);
      listener.configureBlocking(false);
      var selector = Selector.open();
      listener.register(selector, SelectionKey.OP_ACCEPT);
      var front = new ConnectionFront(listener, selector);
      front.thread.start();
      return front;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return (InetSocketAddress) listenerAddress();
  }

  private SocketAddress listenerAddress() {
    return listener.socket().getLocalSocketAddress();
  }

  /** Has connections go to the server that listens to a port of loopback, too. */
  void add(int port) {
    servers.put(port, new AtomicInteger());
  }

  /** Has no further connection go there. */
  void remove(int port) {
    servers.remove(port);
  }

  /** The ports of the servers. */
  List<Integer> ports() {
    return List.copyOf(servers.keySet());
  }

  private void serve() {
    try {
      while (!stopping || !relays.isEmpty()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid()) {
            handle(key);
          }
        }
        selector.selectedKeys().clear();
        if (stopping) {
          listener.close();
        }
      }
    } catch (IOException | ClosedSelectorException e) {
      stopping = true; // the system has no more to give, or close() has taken it
    } finally {
      relays.forEach(Relay::close);
      drained.countDown();
    }
  }

  private void handle(SelectionKey key) throws IOException {
    if (key.attachment() instanceof Relay relay) {
      if (!relay.move(key)) {
        relay.close();
        relays.remove(relay);
      }
    } else if (key.isAcceptable()) {
      accept();
    }
  }

  private void accept() throws IOException {
    SocketChannel client = listener.accept();
    if (client == null) {
      return;
    }
    if (relays.size() >= MOST_CONNECTIONS) {
      client.close(); // as a server alone does
      return;
    }
    for (int port : byLoad()) {
      AtomicInteger count = servers.get(port);
      SocketChannel server = count == null ? null : connect(port);
      if (server != null) {
        relays.add(new Relay(selector, client, server, count));
        return;
      }
    }
    client.close(); // nobody is there at the moment
  }

  private List<Integer> byLoad() {
    return servers.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getValue().get()))
        .map(entry -> entry.getKey())
        .toList();
  }

  private static SocketChannel connect(int port) {
    try {
      return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      return null; // it has just ended
    }
  }

  /** Accepts no further connection; those there are go on. */
  void stopAccepting() {
    stopping = true;
    selector.wakeup();
  }

  /** Waits until the last connection has been closed, from whichever end. */
  void awaitEnd(Duration limit) throws InterruptedException {
    drained.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Closes everything. */
  @Override
  public void close() throws IOException {
    stopAccepting();
    selector.close();
    listener.close();
  }
}
