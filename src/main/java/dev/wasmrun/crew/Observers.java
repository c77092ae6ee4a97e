package dev.wasmrun.crew;

import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.AtomicCounts;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.SignalListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Those who are told what the threads of one run do and what they do to memory: at most one
 * observer, and tracers. Thread-safe as far as they are.
 */
public final class Observers {
  private final Optional<RunObserver> observer;
  private final List<RunTracer> tracers;

  /**
   * Creates the observers of a run: these and, always and last, the JVM's flight recorder.
   *
   * @param observer who is told of every access to memory too; without one, observing costs nothing
   * @param tracers who else is told of what the threads do, in this order
   */
  public Observers(Optional<RunObserver> observer, List<RunTracer> tracers) {
    this.observer = observer;
    this.tracers =
        Stream.concat(tracers.stream(), Stream.<RunTracer>of(new FlightTracer())).toList();
  }

  /** Those of a run that only the flight recorder sees. */
  public static Observers none() {
    return new Observers(Optional.empty(), List.of());
  }

  /** A memory for several threads; to an observer every access to it is reported. */
  public LinearMemory createShared(MemoryType type) {
    return observer
        .map(told -> LinearMemory.create(type, told))
        .orElseGet(() -> createPrivate(type));
  }

  /** A memory for one thread, where there is nothing to observe. */
  public LinearMemory createPrivate(MemoryType type) {
    Optional<AtomicCounts> counts =
        tracers.stream().flatMap(tracer -> tracer.atomicCounts().stream()).findFirst();
    return LinearMemory.create(type, new ArrayList<SignalListener>(tracers), counts);
  }

  /** The same body, whose begin and end are told. */
  Crew.Body told(Crew.Body body) {
    return () -> {
      observer.ifPresent(RunObserver::onBegin);
      tell(RunTracer::onBegin);
      try {
        body.run();
      } catch (Throwable e) {
        observer.ifPresent(told -> told.onFailure(e));
        ends(e);
        throw e;
      }
      ends(null);
    };
  }

  private void ends(Throwable failure) {
    tell(tracer -> tracer.onEnd(failure));
    observer.ifPresent(RunObserver::onEnd);
  }

  Duration patienceAtExit() {
    return observer.map(RunObserver::patienceAtExit).orElse(Duration.ZERO);
  }

  void spawns(Thread started) {
    observer.ifPresent(told -> told.onSpawn(started));
    tell(tracer -> tracer.onSpawn(started));
  }

  void started(Thread started) {
    observer.ifPresent(told -> told.onStarted(started));
  }

  void joins(Thread awaited) {
    observer.ifPresent(told -> told.onJoin(awaited));
    tell(tracer -> tracer.onJoin(awaited));
  }

  void joined(Thread awaited) {
    tell(RunTracer::onJoined);
    observer.ifPresent(told -> told.onJoined(awaited));
  }

  /**
   * Tells the observer, if there is one, that the host makes what the current thread has done so
   * far come before what others do after {@link #acquired} this object. To be called before those
   * others can know.
   */
  public void released(Object object) {
    observer.ifPresent(told -> told.onRelease(object));
  }

  /** Tells the observer that the current thread has ended, and uses its stack no more. */
  public void stackGone(int from, int end) {
    observer.ifPresent(told -> told.onStackGone(from, end));
  }

  /**
   * Has a C library free what belonged to a thread that has ended, and has {@link #released} this
   * object; that is the library's own business.
   *
   * @param work calls the guest
   */
  public void cleaningUp(Object of, Runnable work) {
    observer.ifPresent(told -> told.onCleanUp(of));
    work.run();
    observer.ifPresent(RunObserver::onCleanedUp);
  }

  /** Tells the observer that the current thread comes after all who have {@link #released} it. */
  public void acquired(Object object) {
    observer.ifPresent(told -> told.onAcquire(object));
  }

  /** A listener that passes everything on, and lets tracers know of results first. */
  public RunListener told(RunListener listener) {
    return new RunListener() {
      @Override
      public void emitted(long value) {
        tell(tracer -> tracer.onEmit(value));
        listener.emitted(value);
      }

      @Override
      public void printed(String text) {
        listener.printed(text);
      }

      @Override
      public void returned(int thread, Returned values) {
        listener.returned(thread, values);
      }

      @Override
      public void noticed(String message) {
        listener.noticed(message);
      }

      @Override
      public void memoryCreated(LinearMemory memory) {
        listener.memoryCreated(memory);
      }
    };
  }

  /** A loop and no stream: these frames are in the flight recorder's stack traces. */
  private void tell(Consumer<RunTracer> what) {
    for (RunTracer tracer : tracers) {
      if (tracer.listening()) {
        what.accept(tracer);
      }
    }
  }
}
