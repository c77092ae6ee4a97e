package dev.wasmrun.convention.bindgen;

import java.math.BigInteger;
import java.util.Objects;

/**
 * An argument whose parameter is a value of JavaScript, {@code JsValue} or {@code any}; without it
 * a text would be passed as a slice.
 *
 * @param value a {@code Boolean}, {@code Double}, {@code BigInteger}, {@code String} or {@code
 *     byte[]}, which the guest may change; undefined is a null without a HostValue
 */
public record HostValue(Object value) {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it has no form in JavaScript
   */
  public HostValue {
    Objects.requireNonNull(value, "value");
    if (value instanceof byte[] bytes) {
      value = new Bytes.Apart(bytes);
    } else if (value instanceof Number number && !(value instanceof BigInteger)) {
      value = number.doubleValue();
    } else if (!(value instanceof Boolean
        || value instanceof BigInteger
        || value instanceof String)) {
      throw new IllegalArgumentException(
          "no value of JavaScript is made of a " + value.getClass().getName());
    }
  }
}
