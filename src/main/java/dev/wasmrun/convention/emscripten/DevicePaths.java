package dev.wasmrun.convention.emscripten;

import dev.wasmrun.wasi.Descriptors;
import dev.wasmrun.wasi.Device;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The files in {@code /dev} that a program may use though no directory was granted. */
final class DevicePaths {
  private static final Map<String, Device> DEVICES =
      Map.of(
          "/dev/null", Device.NULL,
          "/dev/zero", Device.ZERO,
          "/dev/full", Device.FULL,
          "/dev/random", Device.RANDOM,
          "/dev/urandom", Device.RANDOM);
  private static final Map<String, Integer> STREAMS =
      Map.of("/dev/stdin", 0, "/dev/stdout", 1, "/dev/stderr", 2);
  private static final String DESCRIPTORS = "/dev/fd/";
  private static final String TERMINAL = "/dev/tty";

  private final Descriptors descriptors;

  DevicePaths(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  /** Opens what an absolute path names; a stream or descriptor gets another number. */
  Optional<Integer> open(String path) throws IOException {
    Device device = DEVICES.get(path);
    if (device != null) {
      return Optional.of(descriptors.open(device));
    }
    return number(path).map(number -> descriptors.duplicate(number, 0));
  }

  /** The number of the open descriptor that an absolute path names. */
  Optional<Integer> number(String path) {
    if (STREAMS.containsKey(path)) {
      return Optional.of(STREAMS.get(path));
    }
    String digits = path.startsWith(DESCRIPTORS) ? path.substring(DESCRIPTORS.length()) : "";
    if (digits.matches("\\d{1,4}")) {
      return Optional.of(Integer.valueOf(digits));
    }
    return path.equals(TERMINAL) && descriptors.isTerminal(0) ? Optional.of(0) : Optional.empty();
  }

  /** Whether an absolute path names a device. */
  static boolean isDevice(String path) {
    return DEVICES.containsKey(path);
  }
}
