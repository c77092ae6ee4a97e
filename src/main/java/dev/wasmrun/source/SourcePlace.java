package dev.wasmrun.source;

/**
 * A place in the sources.
 *
 * @param file the whole path
 * @param shown the path as it is to be shown
 * @param line from 1
 * @param column from 1; 0 if not known
 */
record SourcePlace(String file, String shown, int line, int column) {}
