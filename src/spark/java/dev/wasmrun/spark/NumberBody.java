package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * An exported function of numbers.
 *
 * @param name what messages call it
 * @param export what the module calls it
 */
record NumberBody(String name, String export) implements CodedBody {
  @Override
  public GuestText texts(Guest guest) {
    return null;
  }

  @Override
  public MethodHandle code(GuestFunction any) {
    List<ValueType> params = any.signature().params();
    MethodHandle code = any.handle();
    for (int i = 0; i < params.size(); i++) {
      code = MethodHandles.filterArguments(code, i + 1, Numbers.from(params.get(i)));
    }
    code =
        code.asType(code.type().changeReturnType(Object.class))
            .asSpreader(Object[].class, params.size());
    return MethodHandles.dropArguments(code, 1, GuestText.class);
  }
}
