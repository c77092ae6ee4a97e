package dev.wasmrun.guest;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.MemoryImport;
import dev.wasmrun.Internal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * A program of its own that runs a module of the gallery on Chicory as it comes: its memory, its
 * compiler, and nothing of this project.
 *
 * <pre>
 *   MODULE THREADS STACK SHARE [ARGUMENT...]
 * </pre>
 *
 * <p>For every line on standard input it runs the module once by the worker convention, with a new
 * memory, new instances and new threads, prints what the module prints, and then {@code took
 * NANOSECONDS}. STACK is the address from which the shadow stack grows down and SHARE the part of
 * it for each thread; 0 for a module without one. A module that waits may hang: this memory can
 * lose a wake-up (Chicory's issue 1314).
 */
@Internal
public final class PlainChicory {
  private final WasmModule module;
  private final Function<Instance, Machine> machines;
  private final int threads;
  private final int stack;
  private final int share;
  private final long[] args;
  private final PrintStream out;

  private PlainChicory(String[] args) {
    this.module = Parser.parse(Path.of(args[0]));
    this.machines = MachineFactoryCompiler.compile(module);
    this.threads = Integer.parseInt(args[1]);
    this.stack = Integer.parseInt(args[2]);
    this.share = Integer.parseInt(args[3]);
    this.args = Arrays.stream(args).skip(4).mapToLong(Long::parseLong).toArray();
    this.out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  }

  /** Takes turns until standard input ends. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var host = new PlainChicory(args);
    var turns = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (turns.readLine() != null) {
      long start = System.nanoTime();
      host.run();
      host.out.println("took " + (System.nanoTime() - start));
      host.out.flush();
    }
  }

  private void run() throws InterruptedException {
    MemoryImport declared =
        (MemoryImport)
            module.importSection().stream()
                .filter(i -> i.importType() == ExternalType.MEMORY)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it imports no memory"));
    var memory =
        new ImportMemory(
            declared.module(), declared.name(), new ByteArrayMemory(declared.limits()));
    // All before any of them works: each one writes the active data again.
    Instance leader = instance(memory);
    var workers = new ArrayList<Instance>();
    for (int i = 0; i < threads; i++) {
      workers.add(instance(memory));
    }
    call(leader, "setup", threads);
    work(workers);
    call(leader, "finish", threads);
  }

  private void work(ArrayList<Instance> workers) throws InterruptedException {
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var running = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      var worker =
          new Thread(
              () -> {
                if (stack != 0) {
                  workers.get(thread).export("stackRestore").apply(stack - (thread + 1L) * share);
                }
                call(workers.get(thread), "work", thread, threads);
              });
      worker.setUncaughtExceptionHandler((dead, e) -> failures.add(e));
      worker.start();
      running.add(worker);
    }
    for (Thread worker : running) {
      worker.join();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("a worker failed: " + failures.peek(), failures.peek());
    }
  }

  private Instance instance(ImportMemory memory) {
    var imports = ImportValues.builder().addMemory(memory);
    module.importSection().stream()
        .filter(FunctionImport.class::isInstance)
        .map(FunctionImport.class::cast)
        .forEach(i -> imports.addFunction(function(i)));
    return Instance.builder(module)
        .withImportValues(imports.build())
        .withMachineFactory(machines)
        .build();
  }

  private HostFunction function(FunctionImport declared) {
    WasmFunctionHandle handle =
        switch (declared.name()) {
          case "emit" -> (instance, values) -> print(Long.toUnsignedString(values[0]) + "\n");
          case "print" ->
              (instance, values) ->
                  print(instance.memory().readString((int) values[0], (int) values[1]));
          case "now" -> (instance, values) -> new long[] {System.nanoTime()};
          case "trace" -> (instance, values) -> null;
          default ->
              (instance, values) -> {
                throw new IllegalStateException(declared.name() + " was called");
              };
        };
    return new HostFunction(
        declared.module(),
        declared.name(),
        module.typeSection().getType(declared.typeIndex()),
        handle);
  }

  private long[] print(String text) {
    out.print(text);
    return null;
  }

  /** Calls an export, if there is one, with what is given first and then the arguments. */
  private void call(Instance instance, String name, long... first) {
    if (Arrays.stream(exportNames()).noneMatch(name::equals)) {
      return;
    }
    ExportFunction function = instance.export(name);
    long[] all = Arrays.copyOf(first, instance.exportType(name).params().size());
    System.arraycopy(args, 0, all, first.length, Math.min(args.length, all.length - first.length));
    function.apply(all);
  }

  private String[] exportNames() {
    var exports = module.exportSection();
    var names = new String[exports.exportCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = exports.getExport(i).name();
    }
    return names;
  }
}
