package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.AddressRange;
import dev.wasmrun.module.GuestModule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The modules whose instances work on one linear memory, each with address ranges that no other may
 * occupy: its static data and its shadow stack.
 *
 * <p>Thread-safe. The order in which instances are made is the caller's: the one whose data is to
 * be written comes before any other of its module runs.
 */
@Internal
public final class MemoryModules {
  // Guarded by this. Modules are told apart by identity: two loads of a file are two tenants.
  private final Set<GuestModule> admitted = new LinkedHashSet<>();

  /**
   * Admits a further instance of a module.
   *
   * @return {@link ActiveData#WRITE} for the first instance of the module, {@link ActiveData#SKIP}
   *     for every other
   * @throws LinkException if a range of the module overlaps one of another tenant
   */
  public synchronized ActiveData admit(GuestModule module) {
    if (admitted.contains(module)) {
      return ActiveData.SKIP;
    }
    for (GuestModule tenant : admitted) {
      refuseOverlap(module, tenant);
    }
    admitted.add(module);
    return ActiveData.WRITE;
  }

  private static void refuseOverlap(GuestModule module, GuestModule tenant) {
    for (Place mine : places(module)) {
      for (Place theirs : places(tenant)) {
        if (mine.range().overlaps(theirs.range())) {
          throw new LinkException(
              "cannot link %s: its %s at %s overlaps the %s of %s at %s; build one of them for other addresses (--memoryBase, -sGLOBAL_BASE)"
                  .formatted(
                      module.name(),
                      mine.what(),
                      mine.range(),
                      theirs.what(),
                      tenant.name(),
                      theirs.range()));
        }
      }
    }
  }

  private static List<Place> places(GuestModule module) {
    var places = new ArrayList<Place>();
    module.staticData().forEach(range -> places.add(new Place("static data", range)));
    module.shadowStack().ifPresent(range -> places.add(new Place("stack", range)));
    return places;
  }

  private record Place(String what, AddressRange range) {}
}
