package dev.wasmrun.run;

import dev.wasmrun.crew.RunListener;

/** Passes what guests say to the streams of the process. */
final class SystemStreams implements RunListener {
  @Override
  public void printed(String text) {
    System.out.print(text);
  }

  @Override
  public void noticed(String message) {
    System.err.println(message);
  }
}
