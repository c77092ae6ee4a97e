package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Hammer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BroadcastChannelTest {

  @Test
  void everyOtherMemberGetsACopyOfItsOwn() throws InterruptedException {
    try (var a = BroadcastChannel.join("copies");
        var b = BroadcastChannel.join("copies");
        var c = BroadcastChannel.join("copies");
        var other = BroadcastChannel.join("others")) {
      assertEquals(2, a.post(new ArrayList<>(List.of(1))));
      Object atB = b.receive().orElseThrow().value();
      Object atC = c.receive().orElseThrow().value();
      assertEquals(List.of(1), atB);
      assertEquals(atB, atC);
      assertNotSame(atB, atC);
      assertEquals(Optional.empty(), a.receiveNow());
      assertEquals(Optional.empty(), other.receiveNow());
    }
  }

  @Test
  void membersComeAndGo() throws InterruptedException {
    var a = BroadcastChannel.join("coming");
    assertEquals(0, a.post(1));
    var b = BroadcastChannel.join("coming");
    assertEquals(1, a.post(2));
    b.close();
    b.close();
    assertEquals(0, a.post(3));
    assertThrows(PortClosedException.class, b::receiveNow);
    assertThrows(PortClosedException.class, () -> b.post(4));
    a.close();
    try (var c = BroadcastChannel.join("coming")) {
      assertThrows(PortClosedException.class, () -> a.post(5));
      assertEquals(Optional.empty(), c.receiveNow());
    }
  }

  @Test
  void portsAreRefusedAndNobodyGetsAnything() {
    try (var a = BroadcastChannel.join("refused");
        var b = BroadcastChannel.join("refused");
        var channel = MessageChannel.create()) {
      assertThrows(DataCloneException.class, () -> a.post(channel.port1()));
      assertEquals(Optional.empty(), b.receiveNow());
    }
  }

  @Test
  void allMembersSeeTheMessagesOfAllPostersInOneOrder() throws InterruptedException {
    int each = 5_000;
    try (var a = BroadcastChannel.join("order");
        var b = BroadcastChannel.join("order");
        var x = BroadcastChannel.join("order");
        var y = BroadcastChannel.join("order")) {
      var atX = new ArrayList<Object>();
      var atY = new ArrayList<Object>();
      Hammer.strike(
          thread -> post(a, "a", each),
          thread -> post(b, "b", each),
          thread -> receive(x, 2 * each, atX),
          thread -> receive(y, 2 * each, atY));
      assertEquals(atX, atY);
    }
  }

  private static void post(BroadcastChannel member, String text, int count) {
    for (int i = 0; i < count; i++) {
      member.post(text + i);
    }
  }

  private static void receive(BroadcastChannel member, int count, List<Object> into)
      throws InterruptedException {
    for (int i = 0; i < count; i++) {
      into.add(member.receive().orElseThrow().value());
    }
  }
}
