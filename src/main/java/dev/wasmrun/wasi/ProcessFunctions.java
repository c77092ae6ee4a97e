package dev.wasmrun.wasi;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.memory.LinearMemory;
import java.util.List;

/** The functions about the guest itself: arguments, environment, clocks, randomness, its end. */
final class ProcessFunctions {
  private static final int RANDOM_CHUNK = 64 * 1024;

  private final List<byte[]> args;
  private final List<byte[]> environment;
  private final Clocks clocks;
  private final ClockAndRandomness clockAndRandomness;

  ProcessFunctions(WasiOptions options, Clocks clocks, ClockAndRandomness clockAndRandomness) {
    this.args = options.args().stream().map(GuestData::cString).toList();
    this.environment =
        options.environment().entrySet().stream()
            .map(variable -> GuestData.cString(variable.getKey() + "=" + variable.getValue()))
            .toList();
    this.clocks = clocks;
    this.clockAndRandomness = clockAndRandomness;
  }

  void define(Calls calls) {
    calls.define(
        "args_get", "ii", (memory, a) -> GuestData.strings(memory, args, (int) a[0], (int) a[1]));
    calls.define(
        "args_sizes_get",
        "ii",
        (memory, a) -> GuestData.sizes(memory, args, (int) a[0], (int) a[1]));
    calls.define(
        "environ_get",
        "ii",
        (memory, a) -> GuestData.strings(memory, environment, (int) a[0], (int) a[1]));
    calls.define(
        "environ_sizes_get",
        "ii",
        (memory, a) -> GuestData.sizes(memory, environment, (int) a[0], (int) a[1]));
    calls.define(
        "clock_res_get",
        "ii",
        (memory, a) -> memory.setLong((int) a[1], clocks.resolution((int) a[0])));
    calls.define(
        "clock_time_get", "ili", (memory, a) -> memory.setLong((int) a[2], clocks.now((int) a[0])));
    calls.define("random_get", "ii", (memory, a) -> fillRandomly(memory, (int) a[0], (int) a[1]));
    calls.define("sched_yield", "", (memory, a) -> clockAndRandomness.yield());
    calls.define(
        "proc_raise",
        "i",
        (memory, a) -> {
          throw new ErrnoException(Errno.NOTSUP);
        });
    calls.add(
        HostFunction.ofVoid(
            calls.version().module(),
            "proc_exit",
            Calls.types("i"),
            (guest, a) -> {
              throw new GuestExit((int) a[0]);
            }));
  }

  private void fillRandomly(LinearMemory memory, int address, int length) {
    GuestData.require(memory, address, length);
    if (length < 0) {
      throw new ErrnoException(Errno.INVAL); // 2 GiB and more at once
    }
    var bytes = new byte[Math.min(length, RANDOM_CHUNK)];
    for (int at = 0; at < length; at += bytes.length) {
      clockAndRandomness.fillRandomly(bytes);
      memory.write(address + at, bytes, 0, Math.min(bytes.length, length - at));
    }
  }
}
