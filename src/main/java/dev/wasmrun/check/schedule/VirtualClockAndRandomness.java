package dev.wasmrun.check.schedule;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.SystemClockAndRandomness;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * The time and the chance of a controlled run: a clock that moves on only when it is read or when
 * somebody's time passes, and random numbers from a fixed seed.
 *
 * <p>Guarded by the turn.
 */
final class VirtualClockAndRandomness implements ClockAndRandomness {
  /** Every look at the clock takes this long, so that whoever waits for a time sees it come. */
  private static final long LOOK_NANOS = 10_000;

  private static final long START = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
  private static final long NANOS = 1_000_000_000;

  private final Scheduler scheduler;

  /** Of threads that are not under control. */
  private final ClockAndRandomness outside = new SystemClockAndRandomness();

  private final SplittableRandom random = new SplittableRandom(0);
  private long now;

  VirtualClockAndRandomness(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public long nanoTime() {
    step();
    return now += LOOK_NANOS;
  }

  @Override
  public long epochNanos() {
    return START * NANOS + nanoTime();
  }

  @Override
  public long processorNanos(boolean threadOnly) {
    return nanoTime();
  }

  @Override
  public void sleep(long nanos) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self == null || nanos <= 0) {
      return;
    }
    self.sleepUntil(after(nanos));
    scheduler.proceed(self);
    advanceTo(self.deadline());
  }

  @Override
  public void beforeWaiting(BooleanSupplier condition) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      self.await(condition);
      scheduler.proceed(self);
    }
  }

  /** A time limit passes by the virtual clock, however fast those outside are. */
  @Override
  public boolean await(CompletableFuture<?> event, long nanos) throws InterruptedException {
    ControlledThread self = scheduler.selfOrStopped();
    if (self == null) {
      return outside.await(event, nanos);
    }
    if (nanos >= 0) {
      sleep(nanos);
    } else {
      self.await(event);
      scheduler.proceed(self);
    }
    return event.isDone();
  }

  @Override
  public void yield() {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      scheduler.yield(self);
    }
  }

  @Override
  public void fillRandomly(byte[] bytes) {
    step();
    random.nextBytes(bytes);
  }

  /** The time that is so much later than now; the last there is if it would be beyond. */
  long after(long nanos) {
    return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
  }

  void advanceTo(long time) {
    now = Math.max(now, time);
  }

  private void step() {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      scheduler.announce(self, new StepOperation(StepOperation.Kind.HOST));
    }
  }
}
