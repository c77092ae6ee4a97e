package dev.wasmrun.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFunction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Input, time, and what interrupts those who wait for them. */
@Timeout(60)
final class WaitingTest {
  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int SUBSCRIPTIONS = 2048;
  private static final int EVENTS = 3072;
  private static final int COUNT = 4000;

  private static final int REALTIME = 0;
  private static final int MONOTONIC = 1;

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void inputIsReadToItsEnd() {
    try (var guest = WasiCaller.with(input("hello"))) {
      assertEquals(Errno.SUCCESS, guest.read(STDIN, 3));
      assertEquals("hel", guest.text());
      assertEquals(Errno.SUCCESS, guest.read(STDIN, 0));
      assertEquals(Errno.SUCCESS, guest.read(STDIN, 100));
      assertEquals("lo", guest.text());
      assertEquals(Errno.SUCCESS, guest.read(STDIN, 100));
      assertEquals("", guest.text());
    }
  }

  @Test
  void severalThreadsShareTheInputWithoutLossOrRepetition() throws InterruptedException {
    int length = 100_000;
    var sums = new AtomicInteger[] {new AtomicInteger(), new AtomicInteger()};
    try (var guest = WasiCaller.with(input("x".repeat(length)))) {
      Hammer.strike(
          4,
          thread -> {
            WasiCaller own = guest.at(thread);
            do {
              assertEquals(Errno.SUCCESS, own.read(STDIN, 7 + thread));
              sums[0].addAndGet(own.text().length());
            } while (!own.text().isEmpty());
            sums[1].incrementAndGet();
          });
    }
    assertEquals(length, sums[0].get());
    assertEquals(4, sums[1].get());
  }

  @Test
  void nothingIsReadThatNoGuestAsksFor() {
    var touched = new AtomicInteger();
    InputStream in =
        new InputStream() {
          @Override
          public int read() {
            touched.incrementAndGet();
            return -1;
          }
        };
    try (var guest = WasiCaller.with(in)) {
      assertEquals(Errno.SUCCESS, guest.write(STDOUT, "x"));
    }
    assertEquals(0, touched.get());
  }

  @Test
  void aFailingInputIsAnError() {
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the cable is loose");
          }
        };
    try (var guest = WasiCaller.with(in)) {
      assertEquals(Errno.IO, guest.read(STDIN, 1));
    }
  }

  @Test
  void nonblockingInputSaysThatThereIsNone() throws IOException {
    try (var pipe = new PipedOutputStream();
        var guest = WasiCaller.with(new PipedInputStream(pipe))) {
      assertEquals(Errno.SUCCESS, guest.call("fd_fdstat_set_flags", STDIN, Descriptor.NONBLOCK));
      assertEquals(Errno.AGAIN, guest.read(STDIN, 5));
      pipe.write('x');
      pipe.flush();
      subscribe(guest, 0, 1, STDIN);
      assertEquals(1, poll(guest, 1));
      assertEquals(Errno.SUCCESS, guest.read(STDIN, 5));
      assertEquals("x", guest.text());
    }
  }

  @Test
  void aThreadThatReadsEndsWhenItIsInterrupted() throws Exception {
    try (var pipe = new PipedOutputStream();
        var guest = WasiCaller.with(new PipedInputStream(pipe))) {
      assertInterruptible(() -> guest.read(STDIN, 5));
    }
  }

  @Test
  void aThreadThatSleepsEndsWhenItIsInterrupted() throws Exception {
    try (var guest = WasiCaller.with(input(""))) {
      clock(guest, 0, MONOTONIC, Long.MAX_VALUE, 0);
      assertInterruptible(() -> guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, 1, COUNT));
      clock(guest, 0, REALTIME, -1, 1);
      assertInterruptible(() -> guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, 1, COUNT));
    }
  }

  @Test
  void aThreadThatPollsTheInputEndsWhenItIsInterrupted() throws Exception {
    try (var pipe = new PipedOutputStream();
        var guest = WasiCaller.with(new PipedInputStream(pipe))) {
      subscribe(guest, 0, 1, STDIN);
      assertInterruptible(() -> guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, 1, COUNT));
    }
  }

  private static void assertInterruptible(Runnable waiting) throws InterruptedException {
    var thrown = new AtomicReference<Throwable>();
    var stillSet = new AtomicReference<Boolean>();
    var thread =
        new Thread(
            () -> {
              thrown.set(assertThrows(Throwable.class, waiting::run));
              stillSet.set(Thread.currentThread().isInterrupted());
            });
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING
        && thread.isAlive()) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join();
    assertInstanceOf(GuestInterrupted.class, thrown.get());
    assertEquals(true, stillSet.get());
  }

  @Test
  void aSleepIsNeverEarly() {
    try (var guest = WasiCaller.with(input(""))) {
      for (long nanos : new long[] {0, 1, 999, 1_000_000, 3_333_333}) {
        clock(guest, 0, MONOTONIC, nanos, 0);
        long start = System.nanoTime();
        assertEquals(1, poll(guest, 1));
        assertTrue(System.nanoTime() - start >= nanos);
        clock(guest, 0, REALTIME, now(guest, REALTIME) + nanos, 1);
        long until = guest.memory.getLong(SUBSCRIPTIONS + 24);
        assertEquals(1, poll(guest, 1));
        assertTrue(now(guest, REALTIME) >= until);
        clock(guest, 0, MONOTONIC, now(guest, MONOTONIC) + nanos, 1);
        until = guest.memory.getLong(SUBSCRIPTIONS + 24);
        assertEquals(1, poll(guest, 1));
        assertTrue(now(guest, MONOTONIC) >= until);
      }
    }
  }

  @Test
  void theFirstOfSeveralClocksEndsThePoll() {
    try (var guest = WasiCaller.with(input(""))) {
      clock(guest, 0, MONOTONIC, Long.MAX_VALUE, 0);
      clock(guest, 1, MONOTONIC, 1_000_000, 0);
      clock(guest, 2, REALTIME, -1, 0);
      assertEquals(1, poll(guest, 3));
      assertEquals(101, guest.memory.getLong(EVENTS));
      assertEquals(0, guest.memory.getShort(EVENTS + 8));
      assertEquals(0, guest.memory.getByte(EVENTS + 10));
    }
  }

  @Test
  void allEventsOfAMomentAreTold() {
    try (var guest = WasiCaller.with(input("abc"))) {
      subscribe(guest, 0, 1, STDIN);
      assertEquals(1, poll(guest, 1)); // from here on the input is known to be there
      subscribe(guest, 0, 1, STDIN);
      subscribe(guest, 1, 2, STDOUT);
      clock(guest, 2, MONOTONIC, 0, 0);
      subscribe(guest, 3, 1, 99);
      subscribe(guest, 4, 2, STDIN);
      clock(guest, 5, 99, 0, 0);
      assertEquals(6, poll(guest, 6));
      short[] errors = {0, 0, 0, 8, 76, 28};
      for (int i = 0; i < errors.length; i++) {
        assertEquals(100 + i, guest.memory.getLong(EVENTS + i * 32));
        assertEquals(errors[i], guest.memory.getShort(EVENTS + i * 32 + 8), "event " + i);
      }
      assertEquals(3, guest.memory.getLong(EVENTS + 16));
    }
  }

  @Test
  void inputThatArrivesEndsAPollBeforeItsClock() throws Exception {
    var pipe = new PipedOutputStream();
    try (var guest = WasiCaller.with(new PipedInputStream(pipe))) {
      subscribe(guest, 0, 1, STDIN);
      clock(guest, 1, MONOTONIC, Long.MAX_VALUE, 0);
      Hammer.strike(
          thread -> {
            pipe.write('x');
            pipe.flush();
          },
          thread -> {
            assertEquals(1, poll(guest, 2));
            assertEquals(100, guest.memory.getLong(EVENTS));
          });
      subscribe(guest, 0, 1, STDIN);
      assertEquals(Errno.SUCCESS, guest.read(STDIN, 5));
      pipe.close();
      assertEquals(1, poll(guest, 1));
      assertEquals(1, guest.memory.getShort(EVENTS + 24));
    }
  }

  @Test
  void pollsThatAreNoneAreRefused() {
    try (var guest = WasiCaller.with(input(""))) {
      int size = (int) guest.memory.byteSize();
      assertEquals(Errno.INVAL, guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, 0, COUNT));
      assertEquals(Errno.INVAL, guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, -1, COUNT));
      assertEquals(Errno.FAULT, guest.call("poll_oneoff", size - 40, EVENTS, 1, COUNT));
      assertEquals(Errno.FAULT, guest.call("poll_oneoff", SUBSCRIPTIONS, size - 30, 1, COUNT));
      subscribe(guest, 0, 3, STDIN);
      assertEquals(Errno.INVAL, guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, 1, COUNT));
    }
  }

  @Test
  void clocksGoForward() {
    try (var guest = WasiCaller.with(input(""))) {
      for (int clock = 0; clock < 4; clock++) {
        long before = now(guest, clock);
        assertTrue(before >= 0 && now(guest, clock) >= before);
        assertEquals(Errno.SUCCESS, guest.call("clock_res_get", clock, 128));
        assertTrue(guest.memory.getLong(128) > 0);
      }
      assertEquals(Errno.INVAL, guest.call("clock_time_get", 4, 0, 128));
      assertEquals(Errno.INVAL, guest.call("clock_res_get", -1, 128));
      assertEquals(Errno.FAULT, guest.call("clock_time_get", 0, 0, -4));
    }
  }

  @Test
  void argumentsAndVariablesArePassedAsCStrings() {
    try (var guest = WasiCaller.with(input(""))) {
      assertEquals(Errno.SUCCESS, guest.call("args_sizes_get", 128, 132));
      assertEquals(2, guest.memory.getInt(128));
      assertEquals(14, guest.memory.getInt(132));
      assertEquals(Errno.SUCCESS, guest.call("args_get", 200, 300));
      assertEquals("program\0", guest.memory.getUtf8(guest.memory.getInt(200), 8));
      assertEquals("één\0", guest.memory.getUtf8(guest.memory.getInt(204), 6));
      assertEquals(Errno.SUCCESS, guest.call("environ_sizes_get", 128, 132));
      assertEquals(11, guest.memory.getInt(132));
      assertEquals(Errno.SUCCESS, guest.call("environ_get", 200, 300));
      assertEquals("NAME=VALUE\0", guest.memory.getUtf8(guest.memory.getInt(200), 11));
      int end = (int) guest.memory.byteSize();
      assertEquals(Errno.FAULT, guest.call("args_get", end - 4, 300));
      assertEquals(Errno.FAULT, guest.call("environ_get", 200, end - 10));
    }
  }

  @Test
  void randomBytesFillExactlyTheRange() {
    try (var guest = WasiCaller.with(input(""))) {
      int length = 100_000;
      assertEquals(Errno.SUCCESS, guest.call("random_get", 1, length));
      assertEquals(0, guest.memory.getByte(0));
      assertEquals(0, guest.memory.getByte(length + 1));
      var seen = new boolean[256];
      for (int i = 1; i <= length; i++) {
        seen[guest.memory.getByte(i) & 0xff] = true;
      }
      for (boolean value : seen) {
        assertTrue(value);
      }
      assertEquals(Errno.FAULT, guest.call("random_get", 1, -1));
      assertEquals(Errno.FAULT, guest.call("random_get", -1, 2));
      assertEquals(Errno.SUCCESS, guest.call("random_get", 1, 0));
      assertEquals(Errno.SUCCESS, guest.call("sched_yield"));
      assertEquals(Errno.NOTSUP, guest.call("proc_raise", 6));
    }
  }

  @Test
  void exitingEndsTheCallWithTheCode() {
    try (var guest = WasiCaller.with(input(""))) {
      HostFunction exit =
          guest.wasi.functions().stream()
              .filter(f -> f.name().equals("proc_exit"))
              .findFirst()
              .orElseThrow();
      var thrown = assertThrows(GuestExit.class, () -> exit.body().call(null, new long[] {42}));
      assertEquals(42, thrown.code());
    }
  }

  private static long now(WasiCaller guest, int clock) {
    assertEquals(Errno.SUCCESS, guest.call("clock_time_get", clock, 0, 128));
    return guest.memory.getLong(128);
  }

  private static void clock(WasiCaller guest, int index, int clock, long timeout, int flags) {
    int at = subscription(guest, index, 0);
    guest.memory.setInt(at + 16, clock);
    guest.memory.setLong(at + 24, timeout);
    guest.memory.setShort(at + 40, (short) flags);
  }

  private static void subscribe(WasiCaller guest, int index, int tag, int descriptor) {
    guest.memory.setInt(subscription(guest, index, tag) + 16, descriptor);
  }

  private static int subscription(WasiCaller guest, int index, int tag) {
    int at = SUBSCRIPTIONS + index * 48;
    guest.memory.fill(at, (byte) 0, 48);
    guest.memory.setLong(at, 100 + index);
    guest.memory.setByte(at + 8, (byte) tag);
    return at;
  }

  private static int poll(WasiCaller guest, int subscriptions) {
    assertEquals(
        Errno.SUCCESS, guest.call("poll_oneoff", SUBSCRIPTIONS, EVENTS, subscriptions, COUNT));
    return guest.memory.getInt(COUNT);
  }
}
