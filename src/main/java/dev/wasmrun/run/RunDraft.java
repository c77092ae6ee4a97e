package dev.wasmrun.run;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A {@link RunConfig} in which single values are changed; used by one thread. */
final class RunDraft {
  Optional<ConventionName> convention;
  Engine engine;
  OptionalInt threads;
  int maxThreads;
  Optional<String> invoke;
  List<String> args;
  final Map<String, String> environment;
  final List<DirectoryGrant> directories;
  InputStream in;
  Optional<OutputStream> out;
  Optional<OutputStream> err;
  List<HostFunction> hostFunctions;
  boolean shareMemory;
  MemoryLimit memoryLimit;
  TableLimit tableLimit;
  long stackBytes;
  Optional<Duration> timeout;
  boolean deadlockWatch;
  RunListener listener;
  List<RunTracer> tracers;
  Optional<RunObserver> observer;
  boolean locating;
  Consumer<LinearMemory> atStart;
  Consumer<LinearMemory> atEnd;

  RunDraft(RunConfig config) {
    convention = config.convention();
    engine = config.engine();
    threads = config.threads();
    maxThreads = config.maxThreads();
    invoke = config.invoke();
    args = config.args();
    environment = new LinkedHashMap<>(config.environment());
    directories = new ArrayList<>(config.directories());
    in = config.in();
    out = config.out();
    err = config.err();
    hostFunctions = config.hostFunctions();
    shareMemory = config.shareMemory();
    memoryLimit = config.memoryLimit();
    tableLimit = config.tableLimit();
    stackBytes = config.stackBytes();
    timeout = config.timeout();
    deadlockWatch = config.deadlockWatch();
    listener = config.listener();
    tracers = config.tracers();
    observer = config.observer();
    locating = config.locating();
    atStart = config.atStart();
    atEnd = config.atEnd();
  }

  RunConfig config() {
    return new RunConfig(
        convention,
        engine,
        threads,
        maxThreads,
        invoke,
        args,
        environment,
        directories,
        in,
        out,
        err,
        hostFunctions,
        shareMemory,
        memoryLimit,
        tableLimit,
        stackBytes,
        timeout,
        deadlockWatch,
        listener,
        tracers,
        observer,
        locating,
        atStart,
        atEnd);
  }
}
