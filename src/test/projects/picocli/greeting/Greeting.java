package greeting;

import dev.wasmrun.module.GuestModule;
import picocli.CommandLine;

/** A command line of the user's own, which runs guests. */
public final class Greeting {
  private Greeting() {}

  /** Prints which picocli it has. */
  public static void main(String[] args) {
    System.out.println(CommandLine.whose());
    System.out.println(GuestModule.load("add.wasm").exportedFunctions().keySet());
  }
}
