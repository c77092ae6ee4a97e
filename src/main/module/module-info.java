/**
 * Runs WebAssembly modules on several threads: what a program that embeds the host sees. It is
 * compiled apart from everything else, and is in the jar without the libraries only.
 *
 * <p>What is needed by the command line only is {@code static}.
 */
module dev.wasmrun {
  requires com.dylibso.chicory.compiler;
  requires com.dylibso.chicory.runtime;
  requires com.dylibso.chicory.wasm;
  requires com.fasterxml.jackson.core;
  requires HdrHistogram;
  requires java.management;
  requires jdk.jfr;
  requires jdk.unsupported;
  requires org.objectweb.asm;
  requires org.objectweb.asm.tree;
  requires static com.fasterxml.jackson.jr.ob;
  requires static info.picocli;
  requires static java.desktop;
  requires static jdk.httpserver;
  requires static org.knowm.xchart;

  exports dev.wasmrun.check;
  exports dev.wasmrun.check.schedule;
  exports dev.wasmrun.convention.bindgen;
  exports dev.wasmrun.convention.emscripten;
  exports dev.wasmrun.crew;
  exports dev.wasmrun.engine;
  exports dev.wasmrun.guest;
  exports dev.wasmrun.memory;
  exports dev.wasmrun.messages;
  exports dev.wasmrun.module;
  exports dev.wasmrun.pool;
  exports dev.wasmrun.run;
  exports dev.wasmrun.source;
  exports dev.wasmrun.trace;
  exports dev.wasmrun.wasi;
  exports dev.wasmrun.workers;

  opens dev.wasmrun.cli to
      info.picocli;
}
