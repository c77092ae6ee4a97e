package dev.wasmrun.memory;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ByteBufferMemory;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;

/** The memories that are measured side by side, all shared and of 256 pages. */
public enum MemoryContender {
  OURS {
    @Override
    Memory create() {
      return MemoryView.of(
          LinearMemory.create(new MemoryType(PAGES, PAGES, true)), ActiveData.WRITE);
    }
  },
  CHICORY_ARRAY {
    @Override
    Memory create() {
      return new ByteArrayMemory(new MemoryLimits(PAGES, PAGES, true));
    }
  },
  CHICORY_BUFFER {
    @Override
    Memory create() {
      return new ByteBufferMemory(new MemoryLimits(PAGES, PAGES, true));
    }
  };

  private static final int PAGES = 256;

  abstract Memory create();
}
