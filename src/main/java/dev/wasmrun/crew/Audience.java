package dev.wasmrun.crew;

import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.AtomicCounts;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.SignalListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Those who are told what a crew's threads do: at most one observer, and tracers. */
final class Audience {
  private final Optional<RunObserver> observer;
  private final List<RunTracer> tracers;

  /** Creates an audience of these and, always and last, the JVM's flight recorder. */
  Audience(Optional<RunObserver> observer, List<RunTracer> tracers) {
    this.observer = observer;
    this.tracers =
        Stream.concat(tracers.stream(), Stream.<RunTracer>of(new FlightTracer())).toList();
  }

  /** A memory for several threads; to an observer every access to it is reported. */
  LinearMemory createShared(MemoryType type) {
    return observer
        .map(told -> LinearMemory.create(type, told))
        .orElseGet(() -> createPrivate(type));
  }

  /** A memory for one thread, where there is nothing to observe. */
  LinearMemory createPrivate(MemoryType type) {
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

  void spawns(Thread started) {
    observer.ifPresent(told -> told.onSpawn(started));
    tell(tracer -> tracer.onSpawn(started));
  }

  void joins(Thread awaited) {
    observer.ifPresent(told -> told.onJoin(awaited));
    tell(tracer -> tracer.onJoin(awaited));
  }

  void joined(Thread awaited) {
    tell(RunTracer::onJoined);
    observer.ifPresent(told -> told.onJoined(awaited));
  }

  void released(Object object) {
    observer.ifPresent(told -> told.onRelease(object));
  }

  void acquired(Object object) {
    observer.ifPresent(told -> told.onAcquire(object));
  }

  /** The same listener, whose results are told first. */
  RunListener told(RunListener listener) {
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
