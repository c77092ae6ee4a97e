package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MessagePortTest {
  private final MessageChannel channel = MessageChannel.create();
  private final MessagePort here = channel.port1();
  private final MessagePort there = channel.port2();

  @BeforeEach
  void nobodyIsToBeWarned() {
    here.undelivered(); // or a warning of what a test has left would be printed
    there.undelivered();
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private static List<Object> values(MessagePort port) throws InterruptedException {
    var values = new ArrayList<Object>();
    for (var next = port.receive(); next.isPresent(); next = port.receive()) {
      values.add(next.get().value());
    }
    return values;
  }

  @Test
  void messagesAreReceivedInOrderBothWays() throws InterruptedException {
    here.post(1);
    here.post(null);
    there.post("back");
    assertEquals(1, there.receive().orElseThrow().value());
    assertNull(there.receive().orElseThrow().value());
    assertEquals("back", here.receive().orElseThrow().value());
    assertEquals(Optional.empty(), here.receiveNow());
    assertEquals(Optional.empty(), here.receive(Duration.ofNanos(1)));
    assertFalse(here.isAtEnd());
  }

  @Test
  void theReceiverHasACopy() throws InterruptedException {
    var list = new ArrayList<>(List.of(1));
    here.post(list);
    list.add(2);
    assertEquals(List.of(1), there.receive().orElseThrow().value());
  }

  @Test
  void whatWasPostedIsReceivedBeforeTheEnd() throws InterruptedException {
    here.post(1);
    here.post(2);
    here.close();
    assertFalse(there.isAtEnd());
    assertEquals(List.of(1, 2), values(there));
    assertTrue(there.isAtEnd());
    assertEquals(Optional.empty(), there.receive());
    assertTrue(
        assertThrows(PortClosedException.class, () -> there.post(3))
            .getMessage()
            .startsWith("cannot post: port 1 of channel"));
  }

  @Test
  void aClosedSideCanDoNothing() {
    here.close();
    here.close();
    assertThrows(PortClosedException.class, () -> here.post(1));
    assertThrows(PortClosedException.class, here::receive);
    assertThrows(PortClosedException.class, () -> here.onMessage(Runnable::run, message -> {}));
    assertThrows(PortClosedException.class, () -> there.tryPost(1));
  }

  @Test
  void theOneWhoPostedIsToldWhatWasNotRead() throws InterruptedException {
    var undelivered = here.undelivered();
    for (int i = 0; i < 4; i++) {
      here.post(i);
    }
    there.receive();
    assertFalse(undelivered.isDone());
    there.close();
    assertEquals(List.of(1, 2, 3), undelivered.join().stream().map(Message::value).toList());
    assertEquals(undelivered.join(), here.undelivered().join());
  }

  @Test
  void nothingIsUndeliveredOnceAllIsReadAndTheSideClosed() throws InterruptedException {
    here.post(1);
    here.close();
    assertFalse(here.undelivered().isDone());
    there.receive();
    assertEquals(List.of(), here.undelivered().join());
  }

  @Test
  void unreadMessagesGiveBuffersBackAndClosePorts() throws InterruptedException {
    var buffer = TransferableBuffer.of((byte) 7);
    var reply = MessageChannel.create();
    here.post(List.of(buffer, reply.port2()), buffer, reply.port2());
    var undelivered = here.undelivered();
    there.close();
    List<?> value = (List<?>) undelivered.join().get(0).value();
    assertArrayEquals(new byte[] {7}, ((TransferableBuffer) value.get(0)).toByteArray());
    assertEquals(Optional.empty(), reply.port1().receive()); // nobody waits for a reply for ever
  }

  @Test
  void transferredBuffersMoveAndTheSenderLosesThem() throws InterruptedException {
    var buffer = TransferableBuffer.allocate(16);
    buffer.setInt(0, 5);
    buffer.setLong(8, -1);
    here.post(Map.of("buffer", buffer, "again", List.of(buffer)), buffer);
    assertTrue(buffer.isDetached());
    assertThrows(DetachedException.class, buffer::length);
    assertThrows(DetachedException.class, () -> here.post(buffer));
    assertThrows(DetachedException.class, () -> here.post(1, buffer));
    Map<?, ?> received = (Map<?, ?>) there.receive().orElseThrow().value();
    var moved = (TransferableBuffer) received.get("buffer");
    assertSame(moved, ((List<?>) received.get("again")).get(0));
    assertEquals(5, moved.getInt(0));
    assertEquals(-1, moved.getLong(8));
  }

  @Test
  void transferredPortsMoveWithWhatWaitsInThem() throws InterruptedException {
    var other = MessageChannel.create();
    other.port1().post("waiting");
    here.post(other.port2(), other.port2());
    assertTrue(other.port2().isDetached());
    assertThrows(DetachedException.class, other.port2()::receiveNow);
    assertThrows(DetachedException.class, () -> other.port2().post(1));
    other.port2().close(); // no longer its business
    var moved = there.receive().orElseThrow().as(MessagePort.class);
    assertEquals("waiting", moved.receive().orElseThrow().value());
    moved.post("reply");
    assertEquals("reply", other.port1().receive().orElseThrow().value());
  }

  @Test
  void aRefusedPostTransfersNothing() {
    var buffer = TransferableBuffer.allocate(1);
    var other = MessageChannel.create();
    assertThrows(
        DataCloneException.class,
        () -> here.post(List.of(buffer, new Object()), buffer, other.port2()));
    assertThrows(DataCloneException.class, () -> here.post(1, buffer, buffer));
    assertThrows(DataCloneException.class, () -> here.post(here, here));
    assertThrows(DataCloneException.class, () -> here.post(there, there));
    other.port2().onMessage(Runnable::run, message -> {});
    assertThrows(DataCloneException.class, () -> here.post(buffer, buffer, other.port2()));
    there.close();
    assertThrows(PortClosedException.class, () -> here.post(buffer, buffer));
    assertFalse(buffer.isDetached());
    assertEquals(0, buffer.get(0));
    assertFalse(other.port2().isDetached());
  }

  @Test
  void receiversThatWaitEndWithTheirPort() throws InterruptedException {
    var waiting = new CountDownLatch(3);
    var carrier = MessageChannel.create();
    var moving = MessageChannel.create();
    Hammer.strike(
        thread -> {
          waiting.countDown();
          assertThrows(PortClosedException.class, here::receive);
        },
        thread -> {
          waiting.countDown();
          assertEquals(Optional.empty(), there.receive());
        },
        thread -> {
          waiting.countDown();
          assertThrows(DetachedException.class, moving.port1()::receive);
        },
        thread -> {
          waiting.await();
          here.close();
          carrier.port1().post(moving.port1(), moving.port1());
        });
  }

  @Test
  void aBoundedChannelHoldsItsPostersBack() throws InterruptedException {
    var bounded = MessageChannel.create(2);
    bounded.port1().undelivered();
    MessagePort from = bounded.port1();
    MessagePort to = bounded.port2();
    var buffer = TransferableBuffer.allocate(3);
    from.post(1);
    assertTrue(from.tryPost(2));
    assertFalse(from.tryPost(buffer, buffer));
    assertFalse(from.tryPost(3, Duration.ofNanos(1)));
    assertEquals(3, buffer.length());
    Hammer.strike(
        thread -> from.post(3), // returns only because the other receives
        thread -> assertEquals(List.of(1, 2, 3), List.of(next(to), next(to), next(to))));
    from.post(4);
    from.post(5);
    Thread.currentThread().interrupt();
    assertThrows(PortFullException.class, () -> from.post(6, buffer));
    assertTrue(Thread.interrupted());
    assertFalse(buffer.isDetached());
    Hammer.strike(
        thread -> assertThrows(PortClosedException.class, () -> from.post(6)),
        thread -> from.close());
    assertThrows(IllegalArgumentException.class, () -> MessageChannel.create(0));
    to.close();
  }

  private static Object next(MessagePort port) throws InterruptedException {
    return port.receive().orElseThrow().value();
  }

  @Test
  void anInterruptedReceiverLosesNothing() throws InterruptedException {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, here::receive);
    there.post(1);
    assertEquals(1, next(here));
  }

  @Test
  void channelsOfBytesTakeBytesAndTextOnly() throws InterruptedException {
    var bytes = MessageChannel.ofBytes("the guest", "the host", 9);
    bytes.port2().post("é");
    bytes.port2().post(new byte[] {1});
    bytes.port2().post(TransferableBuffer.of((byte) 2));
    assertArrayEquals(
        new byte[] {(byte) 0xC3, (byte) 0xA9}, bytes.port1().receive().orElseThrow().bytes());
    assertArrayEquals(new byte[] {1}, bytes.port1().receive().orElseThrow().bytes());
    assertArrayEquals(new byte[] {2}, bytes.port1().receive().orElseThrow().bytes());
    assertEquals(
        "a guest receives bytes or text, got a java.util.ArrayList at message; encode it",
        assertThrows(DataCloneException.class, () -> bytes.port2().post(List.of())).getMessage());
    assertThrows(DataCloneException.class, () -> bytes.port2().post(null));
  }

  @Test
  void messagesSayWhatTheyAre() throws InterruptedException {
    here.post(1);
    Message message = there.receive().orElseThrow();
    assertEquals(1, message.as(Integer.class));
    assertTrue(
        assertThrows(ClassCastException.class, () -> message.as(String.class))
            .getMessage()
            .contains("java.lang.Integer, not a java.lang.String"));
    assertThrows(ClassCastException.class, message::text);
    here.post("x");
    assertEquals("x", there.receive().orElseThrow().text());
  }

  @Test
  void manyPostersAndReceiversLoseAndReorderNothing() throws InterruptedException {
    int posters = 3;
    int each = 20_000;
    var closed = new AtomicInteger();
    var seen = new ConcurrentLinkedQueue<Map<Integer, Integer>>();
    Hammer.Work poster =
        thread -> {
          for (int i = 0; i < each; i++) {
            here.post(new int[] {thread, i});
          }
          if (closed.incrementAndGet() == posters) {
            here.close();
          }
        };
    Hammer.Work receiver =
        thread -> {
          var last = new HashMap<Integer, Integer>();
          int count = 0;
          for (var next = there.receive(); next.isPresent(); next = there.receive()) {
            int[] message = next.get().as(int[].class);
            assertTrue(last.getOrDefault(message[0], -1) < message[1], "out of order");
            last.put(message[0], message[1]);
            count++;
          }
          seen.add(Map.of(0, count));
        };
    Hammer.strike(poster, poster, poster, receiver, receiver);
    assertEquals(posters * each, seen.stream().mapToInt(counts -> counts.get(0)).sum());
  }

  @Test
  void closingWhileOthersPostLosesNothing() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      var pair = MessageChannel.create();
      var undelivered = pair.port1().undelivered();
      var posted = new AtomicInteger();
      var received = new AtomicInteger();
      Hammer.strike(
          thread -> {
            try {
              for (int i = 0; i < 1000; i++) {
                pair.port1().post(i);
                posted.incrementAndGet();
              }
            } catch (PortClosedException e) {
              return; // and the message that was refused is not counted
            }
          },
          thread -> {
            int most = 10;
            while (received.get() < most) {
              if (pair.port2().receive(Duration.ofMillis(1)).isPresent()) {
                received.incrementAndGet();
              }
            }
            pair.port2().close();
          });
      assertEquals(posted.get(), received.get() + undelivered.join().size());
    }
  }
}
