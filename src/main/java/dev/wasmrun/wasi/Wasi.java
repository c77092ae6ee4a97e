package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.SystemClockAndRandomness;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The WASI preview 1 world of one run: its descriptors, and all 46 functions over them, also by the
 * names of the version before. Thread-safe; shared by all threads of the run.
 *
 * <p>{@link #close} closes every descriptor; it is called when no guest thread is left.
 */
@Internal
public final class Wasi implements AutoCloseable {
  private final DescriptorTable table;
  private final StandardInput input;
  private final Descriptors descriptors;
  private final GrantedFiles files;
  private final List<HostFunction> functions;

  private Wasi(
      WasiOptions options,
      ClockAndRandomness clockAndRandomness,
      DescriptorTable table,
      StandardInput input,
      Bell bell,
      GrantedFiles files) {
    this.table = table;
    this.input = input;
    this.files = files;
    this.descriptors = new Descriptors(table, files, clockAndRandomness, bell);
    int granted = table.size();
    this.functions =
        Stream.of(WasiVersion.values())
            .flatMap(version -> functions(version, options, clockAndRandomness))
            .map(
                function ->
                    new HostFunction(
                        function.module(),
                        function.name(),
                        function.signature(),
                        new CountingBody(function.body(), table, granted)))
            .toList();
  }

  private Stream<HostFunction> functions(
      WasiVersion version, WasiOptions options, ClockAndRandomness clockAndRandomness) {
    var clocks = new Clocks(clockAndRandomness);
    var calls = new Calls(version);
    new ProcessFunctions(options, clocks, clockAndRandomness).define(calls);
    new DescriptorFunctions(descriptors, clocks).define(calls);
    new PathFunctions(files, clocks).define(calls);
    new PollFunction(descriptors, clocks, version).define(calls);
    return calls.functions().stream();
  }

  /**
   * The body of a function, which knows of descriptors.
   *
   * @param granted how many were open before the guest began
   */
  private record CountingBody(HostFunction.Body function, DescriptorTable table, int granted)
      implements HostFunction.KeepingBody {
    @Override
    public long[] call(Guest caller, long[] args) {
      return function.call(caller, args);
    }

    @Override
    public Optional<String> kept() {
      return table.size() > granted
          ? Optional.of("it has opened files, which another instance would not have")
          : Optional.empty();
    }
  }

  /**
   * Opens the granted directories and makes the functions.
   *
   * @throws UsageException if a directory cannot be granted
   */
  public static Wasi create(WasiOptions options) {
    return create(options, new SystemClockAndRandomness());
  }

  /** Like {@link #create(WasiOptions)}, with clocks and randomness of the caller's choice. */
  public static Wasi create(WasiOptions options, ClockAndRandomness clockAndRandomness) {
    var bell = new Bell();
    var input = new StandardInput(options.in(), bell);
    var table =
        new DescriptorTable(
            List.of(
                new InputDescriptor(input, options.in() instanceof ProcessInput),
                new OutputDescriptor(options.out()),
                new OutputDescriptor(options.err())));
    try {
      return new Wasi(
          options,
          clockAndRandomness,
          table,
          input,
          bell,
          GrantedFiles.grant(table, options.directories()));
    } catch (RuntimeException e) {
      table.closeAll(e::addSuppressed);
      throw e;
    }
  }

  /** Whether a module wants any of the functions. */
  public static boolean isImportedBy(GuestModule module) {
    return module.imports().stream().anyMatch(item -> isOfVersion(item.module()));
  }

  private static boolean isOfVersion(String module) {
    return Stream.of(WasiVersion.values()).anyMatch(version -> version.module().equals(module));
  }

  /** The functions of the modules {@code wasi_snapshot_preview1} and {@code wasi_unstable}. */
  public List<HostFunction> functions() {
    return functions;
  }

  /** The open descriptors: what the functions named {@code fd_…} work on. */
  public Descriptors descriptors() {
    return descriptors;
  }

  /** The granted files: what the functions named {@code path_…} work on. */
  public GrantedFiles files() {
    return files;
  }

  /** How many descriptors are open. */
  int openDescriptors() {
    return table.size();
  }

  @Override
  public void close() {
    input.close();
    var failures = new ArrayList<Exception>();
    table.closeAll(failures::add);
    if (!failures.isEmpty()) {
      var failure = new IllegalStateException("cannot close a guest's files", failures.get(0));
      failures.stream().skip(1).forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
