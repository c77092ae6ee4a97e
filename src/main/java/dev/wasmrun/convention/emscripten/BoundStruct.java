package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A struct that is passed by value, of which the guest binds how each part is read and written: a
 * {@code Map} of its fields by name or, of what is an array in JavaScript, a {@code List}.
 *
 * @param constructor the index in the table of what makes an empty one
 * @param destructor the index of what ends one
 * @param elements its parts, in their order; complete when the guest's constructors have run
 */
record BoundStruct(
    String name, boolean named, int constructor, int destructor, List<BoundElement> elements)
    implements BoundType {
  @Override
  public long toGuest(Guest guest, Object value) {
    List<?> values = values(value);
    long address = guest.callIndirect(constructor)[0];
    for (int i = 0; i < elements.size(); i++) {
      elements.get(i).set(guest, address, values.get(i));
    }
    return address;
  }

  private List<?> values(Object value) {
    if (named && value instanceof Map<?, ?> map) {
      Set<String> names =
          elements.stream()
              .map(BoundElement::name)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      if (map.keySet().containsAll(names)) { // of others JavaScript takes no notice, either
        return names.stream().map(map::get).toList();
      }
      throw refused(value, "a Map with the keys " + String.join(", ", names));
    }
    if (!named && value instanceof List<?> list && list.size() == elements.size()) {
      return list;
    }
    throw refused(value, named ? "a Map of fields" : "a List of " + elements.size());
  }

  @Override
  public void release(Guest guest, long bits) {
    guest.callIndirect(destructor, bits);
  }

  @Override
  public Object toJava(Guest guest, long bits) {
    var fields = new LinkedHashMap<String, Object>();
    elements.forEach(element -> fields.put(element.name(), element.get(guest, bits)));
    release(guest, bits);
    return named ? fields : new ArrayList<>(fields.values());
  }
}
