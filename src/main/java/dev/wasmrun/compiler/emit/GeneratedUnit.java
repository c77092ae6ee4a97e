package dev.wasmrun.compiler.emit;

import java.util.Map;

/**
 * Classes that a {@link UnitSource} generates together.
 *
 * @param classes the class files by name, as class files have it
 * @param lines by class what its line numbers stand for, from 1: twice the address in the module's
 *     file, and 1 if the place is in a part of a function; or, negative, what {@code ~} makes the
 *     index of an imported function
 */
public record GeneratedUnit(Map<String, byte[]> classes, Map<String, int[]> lines) {}
