package dev.wasmrun.convention.bindgen;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How memory is taken and given back in a library.
 *
 * <p>Its functions are called {@code __wbindgen_malloc} and {@code __wbindgen_free} or, where
 * wasm-bindgen has minified that, {@code __wbindgen_export_N}, and are then told by their types. Of
 * old releases they do not take an alignment.
 */
final class Allocator {
  private static final String MALLOC = "__wbindgen_malloc";
  private static final String FREE = "__wbindgen_free";
  private static final String MINIFIED = "__wbindgen_export";
  private static final Signature OF_MALLOC = new Signature(i32(2), i32(1));
  private static final Signature OF_FREE = new Signature(i32(3), List.of());

  private final GuestModule module;
  private final String malloc;
  private final String free;

  Allocator(GuestModule module) {
    this.module = module;
    this.malloc = find(MALLOC, OF_MALLOC);
    this.free = find(FREE, OF_FREE);
  }

  private static List<ValueType> i32(int count) {
    return Collections.nCopies(count, ValueType.I32);
  }

  /** The name of an export; null if there is none, or it cannot be told from others. */
  private String find(String name, Signature type) {
    if (module.exportedFunctions().containsKey(name)) {
      return name;
    }
    List<String> alike =
        module.exportedFunctions().entrySet().stream()
            .filter(export -> export.getKey().startsWith(MINIFIED))
            .filter(export -> export.getValue().equals(type))
            .map(export -> export.getKey())
            .toList();
    return alike.size() == 1 ? alike.get(0) : null;
  }

  /** Takes memory, which the guest is told of. */
  int allocate(Guest guest, int bytes, int alignment) {
    return (int) call(guest, malloc, MALLOC, bytes, alignment)[0];
  }

  /** Gives back what the guest has returned. */
  void free(Guest guest, int address, int bytes, int alignment) {
    if (bytes > 0) {
      call(guest, free, FREE, address, bytes, alignment);
    }
  }

  private long[] call(Guest guest, String export, String name, long... args) {
    if (export == null) {
      throw new UsageException(
          "%s exports no %s, by which texts and slices are passed".formatted(module.name(), name));
    }
    int parameters = module.exportedFunctions().get(export).params().size();
    return guest.call(export, Arrays.copyOf(args, parameters));
  }
}
