package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ClosingPropertyTest {

  /** Whatever is posted before a side closes is received or comes back, in order, once. */
  @Property(tries = 200)
  void nothingIsLostHoweverMuchIsReadBeforeEitherCloses(
      @ForAll @Size(max = 20) List<Integer> posted,
      @ForAll @IntRange(max = 20) int read,
      @ForAll boolean posterFirst) {
    var pair = MessageChannel.create();
    var undelivered = pair.port1().undelivered();
    posted.forEach(number -> pair.port1().post(number));
    var received = new ArrayList<Object>();
    if (posterFirst) {
      pair.port1().close();
    }
    for (int i = 0; i < read; i++) {
      pair.port2().receiveNow().ifPresent(message -> received.add(message.value()));
    }
    pair.port2().close();
    undelivered.join().forEach(message -> received.add(message.value()));
    assertEquals(posted, received);
  }
}
