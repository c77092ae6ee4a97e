package hello;

import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.trace.Trace;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;

/** A program that embeds the host; its argument is the path of prices.wasm. */
public final class Hello {
  private interface Price {
    double total(int items);
  }

  private Hello() {}

  /** Uses what its documentation shows. */
  public static void main(String[] args) throws Exception {
    System.out.println("from " + Hello.class.getModule());
    var run = ModuleRun.of(GuestModule.load("happycoin.wasm")).threads(2).args("100000", "42");
    System.out.println(run.run().orThrow().emitted());

    var trace = new Trace("happycoin.wasm", Trace.USUAL_LIMIT);
    run.tracers(trace).run();
    var json = new ByteArrayOutputStream();
    trace.write(json, "returned");
    System.out.println("traced " + (json.size() > 0));

    GuestModule shop = GuestModule.load(Path.of(args[0]));
    var config = PoolConfig.fixed(2).hostFunctions(price()).build();
    try (var pool = WorkerPool.open(shop, config)) {
      System.out.println(pool.function("total").submit(3).join().asDouble());
      LinearMemory memory = pool.sharedMemory().orElseThrow();
      memory.writableSlice(0x400, 8).putLong(0, 5);
      Returned before = pool.submit("sell", 2).join();
      System.out.println(before + " " + memory.getLong(0x400));
      System.out.println("calls " + pool.statistics().completed());
    }
  }

  /** One that calls the guest back, through an interface that nobody else sees. */
  private static HostFunction price() {
    return HostFunction.ofNumbers(
        "shop",
        "price",
        new Signature(List.of(ValueType.I32), List.of(ValueType.F64)),
        (caller, args) -> {
          Price price = caller.function("total").as(Price.class, MethodHandles.lookup());
          int item = args.get(0).intValue();
          if (item < 0) {
            throw new HostFault("no such item");
          }
          return List.of(1 + price.total(item));
        });
  }
}
