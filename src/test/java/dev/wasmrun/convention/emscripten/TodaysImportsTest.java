package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.OpenRequest;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports whose types have changed since 3.1.6, which builds the other programs of these tests. */
final class TodaysImportsTest {
  private static final int TIME = 1024;
  private static final int ZONE = 2048;
  private static final int GRANT = 3;

  @TempDir Path directory;
  private LinearMemory memory;
  private Wasi wasi;
  private MappingImports mappings;
  private Guest guest;

  @BeforeEach
  void link() {
    GuestModule module = Fixtures.module("todays-imports");
    memory = MemoryLimit.NONE.create(module.name(), module.memory().orElseThrow());
    var nothing = WasiOptions.NOTHING;
    wasi =
        Wasi.create(
            new WasiOptions(
                nothing.args(),
                nothing.environment(),
                nothing.in(),
                nothing.out(),
                nothing.err(),
                List.of(new DirectoryGrant(directory, "/data"))));
    var library = new HashMap<String, Import>();
    var zone = LocalZone.of("Europe/Berlin");
    library.putAll(new CalendarImports(module, new ThrowImports(module), zone, false).all());
    mappings = new MappingImports(wasi, memory, LibraryAge.TODAY);
    library.putAll(mappings.all());
    var imports = new EmscriptenImports(module, library, wasi.functions());
    guest =
        new Linker(module, Engine.INTERPRETER, imports.functions())
            .instantiate(Optional.of(memory), ActiveData.WRITE);
  }

  @AfterEach
  void close() {
    wasi.close();
    memory.close();
  }

  private static long beyond32Bits() {
    return 4_102_444_800L; // 2100-01-01
  }

  @Test
  void timesBeyond2038AreWhole() {
    guest.call("gmtime", beyond32Bits());
    assertEquals(new TimeFields(0, 0, 0, 1, 0, 200, 5, 0, 0, 0), TimeFields.read(memory, TIME));
    assertEquals(beyond32Bits(), guest.call("timegm")[0]);
    assertEquals(beyond32Bits() - 3600, guest.call("mktime")[0]);
  }

  @Test
  void aTimeInTwoHalvesIsOne() {
    guest.call("localtime", (int) beyond32Bits(), beyond32Bits() >> Integer.SIZE);
    assertEquals(new TimeFields(0, 0, 1, 1, 0, 200, 5, 0, 0, 3600), TimeFields.read(memory, TIME));
    guest.call("localtime", -1, -1);
    assertEquals(59, TimeFields.read(memory, TIME).second());
  }

  @Test
  void theNamesOfTheZoneGoWhereTheProgramWantsThem() {
    guest.call("tzset");
    assertEquals(-3600, memory.getInt(ZONE));
    assertEquals(1, memory.getInt(ZONE + 4));
    assertEquals("CET", EndImports.text(memory, ZONE + 8));
    assertEquals("CEST", EndImports.text(memory, ZONE + 32));
  }

  @Test
  void aSharedMappingIsWrittenBackWithoutWhatOthersWrote() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x".repeat(70_000) + "0123456789");
    var writing = new OpenRequest(true, false, false, false, false, true, true, 0);
    int number = wasi.files().open(GRANT, "file", writing);
    assertEquals(0, guest.call("mmap", number, 70_000)[0]);
    int address = memory.getInt(3076);
    assertEquals(1, memory.getInt(3072));
    assertEquals("0123456789", EndImports.text(memory, address));
    wasi.descriptors().close(number);
    memory.setByte(address + 1, (byte) 'B');
    Files.writeString(file, Files.readString(file).replace('5', 'F'));
    assertEquals(0, guest.call("msync", address)[0]);
    assertEquals("0B234F6789", Files.readString(file).substring(70_000));
    memory.setByte(address + 2, (byte) 'C');
    memory.setByte(address + 20, (byte) 'Z'); // beyond the end
    assertEquals(0, guest.call("munmap", address)[0]);
    assertEquals("0BC34F6789", Files.readString(file).substring(70_000));
    memory.setByte(address + 3, (byte) 'D');
    mappings.close();
    assertEquals("0BC34F6789", Files.readString(file).substring(70_000));
  }
}
