/**
 * The command line: picocli commands, rendering of results and failures, exit codes.
 *
 * <p>May import everything; nothing imports it. The only {@code System.exit} and the only picocli
 * are here. Results go to standard output, everything else to standard error.
 */
package dev.wasmrun.cli;
