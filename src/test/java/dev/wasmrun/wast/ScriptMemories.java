package dev.wasmrun.wast;

import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.MemoryView;
import java.util.ArrayList;
import java.util.List;

/** The memories of one script, which end with it. Safe for any number of threads. */
final class ScriptMemories implements AutoCloseable {
  private final List<LinearMemory> open = new ArrayList<>(); // guarded by this object

  synchronized LinearMemory create(MemoryType type) {
    var memory = LinearMemory.create(type);
    open.add(memory);
    return memory;
  }

  /** A new memory as a module declares it, seen by the instance that defines it. */
  MemoryView define(MemoryLimits limits) {
    int maximum = Math.min(limits.maximumPages(), MemoryType.MAX_PAGES);
    return MemoryView.of(
        create(new MemoryType(limits.initialPages(), maximum, limits.shared())), ActiveData.WRITE);
  }

  @Override
  public synchronized void close() {
    open.forEach(LinearMemory::close);
    open.clear();
  }
}
