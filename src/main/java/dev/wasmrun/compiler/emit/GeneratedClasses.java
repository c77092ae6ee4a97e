package dev.wasmrun.compiler.emit;

import java.util.List;
import java.util.Map;

/**
 * All that a module has become, each class a unit of its own.
 *
 * @param prefix what the names of all classes begin with, as class files have it
 * @param firstFunctions the first function of each group of functions that share a class
 * @param classes the class files by name, as class files have it
 * @param lines as {@link GeneratedUnit} has them
 */
public record GeneratedClasses(
    String prefix, int[] firstFunctions, Map<String, byte[]> classes, Map<String, int[]> lines)
    implements UnitSource {
  @Override
  public String contextClass() {
    return ModulePlan.contextClass(prefix);
  }

  @Override
  public String groupOf(int function) {
    return ModulePlan.group(prefix, ModulePlan.groupOf(firstFunctions, function));
  }

  @Override
  public List<String> units() {
    return List.copyOf(classes.keySet());
  }

  @Override
  public String unitOf(String className) {
    return className;
  }

  @Override
  public GeneratedUnit emit(String unit) {
    return new GeneratedUnit(
        Map.of(unit, classes.get(unit)),
        lines.containsKey(unit) ? Map.of(unit, lines.get(unit)) : Map.of());
  }

  @Override
  public GeneratedUnit interpreted(String unit) {
    throw new IllegalArgumentException("nothing stands for " + unit);
  }
}
