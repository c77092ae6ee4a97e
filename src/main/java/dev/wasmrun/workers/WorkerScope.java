package dev.wasmrun.workers;

import dev.wasmrun.messages.EventLoop;
import dev.wasmrun.messages.MessagePort;

/**
 * What a worker in Java has: its own side of what it shares with who started it.
 *
 * @param name the worker's name
 * @param data its copy of what it was given to begin with; may be null
 * @param port the port at whose other side {@link Worker#port} is
 * @param loop an event loop for the worker's thread, which runs it or not
 */
public record WorkerScope(String name, Object data, MessagePort port, EventLoop loop) {}
