/** A program that embeds the host, as a module. */
module hello {
  requires dev.wasmrun;
}
