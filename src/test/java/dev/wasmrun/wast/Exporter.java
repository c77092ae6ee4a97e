package dev.wasmrun.wast;

import com.dylibso.chicory.runtime.ImportValue;
import java.util.Optional;

/** Something that modules can import from under the name it is registered by. */
interface Exporter {
  /**
   * An export, made ready to be imported by one instance.
   *
   * @param registered the name that the importing module knows this by
   */
  Optional<ImportValue> export(String registered, String field);
}
