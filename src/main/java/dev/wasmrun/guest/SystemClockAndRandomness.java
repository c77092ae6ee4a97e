package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The clocks and the source of randomness of the machine that this runs on. */
@Internal
public final class SystemClockAndRandomness implements ClockAndRandomness {
  private final SecureRandom random = new SecureRandom();

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long epochNanos() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public long processorNanos(boolean threadOnly) {
    if (!threadOnly) {
      return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(-1L);
    }
    var threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : -1;
  }

  @Override
  public void sleep(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanos);
  }

  @Override
  public void beforeWaiting(BooleanSupplier condition) {}

  @Override
  public boolean await(CompletableFuture<?> event, long nanos) throws InterruptedException {
    try {
      if (nanos < 0) {
        event.get();
      } else {
        event.get(nanos, TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an event does not fail", e);
    }
  }

  @Override
  public void yield() {
    Thread.yield();
  }

  @Override
  public void fillRandomly(byte[] bytes) {
    random.nextBytes(bytes);
  }
}
