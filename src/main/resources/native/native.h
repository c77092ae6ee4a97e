/*
 * What a program of the gallery finds in WebAssembly and not here: a memory that begins at address
 * 0, and waiting on a word of it. Included before every source.
 */
#ifndef NATIVE_H
#define NATIVE_H

#include "host.h"

/* The shared block lies where it does in the wasm memory, which begins at MEMORY: a constant, so
   that the compiler knows as much about it as it does for WebAssembly. */
#define MEMORY 0x10000000
#define MEMORY_SIZE 0x1000000
#undef BLOCK
#undef BLOCK_END
#define BLOCK (MEMORY + 1024)
#define BLOCK_END (MEMORY + 0x400000)

int native_wait(int *word, int expected, int64_t nanoseconds);
uint32_t native_notify(int *word, uint32_t count);

#define __builtin_wasm_memory_atomic_wait32 native_wait
#define __builtin_wasm_memory_atomic_notify native_notify

#endif
