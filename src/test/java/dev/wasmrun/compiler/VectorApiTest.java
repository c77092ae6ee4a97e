package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.compiler.emit.LaneMethods;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The class inside the Vector API's package, of which there can be one. */
class VectorApiTest {
  @BeforeEach
  void vectors() {
    assumeTrue(VectorApi.methods().isPresent(), "this Java has no Vector API that is known");
  }

  @Test
  void whoeverLoadsTheLibraryAgainSharesTheClass() throws Exception {
    try (var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Class<?> again = Class.forName(VectorApi.class.getName(), true, loader);
      assertNotSame(VectorApi.class, again);
      Method methods = again.getDeclaredMethod("methods");
      methods.setAccessible(true);
      assertTrue(((Optional<?>) methods.invoke(null)).isPresent());
    }
  }

  private static URL[] classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(VectorApiTest::url)
        .toArray(URL[]::new);
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theClassOfAnotherVersionIsNotShared() throws Exception {
    Module api = VectorApi.load(VectorApi.class.getModule());
    LaneMethods.Written own = LaneMethods.write();
    VectorApi.define(api, own);
    var other = new LaneMethods.Written(own.bytes(), own.names(), "another");
    var refused = assertThrows(IllegalStateException.class, () -> VectorApi.define(api, other));
    assertEquals(
        "another version of this library has defined jdk.incubator.vector.WasmVectors",
        refused.getMessage());
  }
}
