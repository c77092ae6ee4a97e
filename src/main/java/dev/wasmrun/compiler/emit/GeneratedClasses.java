package dev.wasmrun.compiler.emit;

import java.util.Map;

/**
 * What a module has become.
 *
 * @param prefix what the names of all classes begin with, as class files have it
 * @param firstFunctions the first function of each group of functions that share a class
 * @param classes the class files by name, as class files have it
 * @param lines by class what its line numbers stand for, from 1: twice the address in the module's
 *     file, and 1 if the place is in a part of a function; or, negative, what {@code ~} makes the
 *     index of an imported function
 */
public record GeneratedClasses(
    String prefix, int[] firstFunctions, Map<String, byte[]> classes, Map<String, int[]> lines) {
  /** The class with a module's globals. */
  public String contextClass() {
    return prefix + "Context";
  }

  /** The class that has a function. */
  public String groupOf(int function) {
    return prefix + "Group" + ModulePlan.groupOf(firstFunctions, function);
  }
}
