package dev.wasmrun.shard;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of another process that runs our code as this one does. */
public final class JavaCommand {
  /** What begins a Java option that is about one process, and not about all that run our code. */
  private static final List<String> OURS_ALONE =
      List.of(
          "-agentlib",
          "-javaagent",
          "-Xrunjdwp",
          "-XX:ArchiveClassesAtExit",
          "-XX:AOTCacheOutput",
          "-XX:StartFlightRecording",
          "-Dcom.sun.management");

  private JavaCommand() {}

  /**
   * The command that runs a program of ours, with the options of this process's virtual machine.
   *
   * @param program has a method {@code main}
   */
  public static List<String> of(Class<?> program, List<String> args) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> OURS_ALONE.stream().noneMatch(option::startsWith))
        .forEach(command::add);
    // As the jar's manifest has it, which does not count for a class by its name.
    command.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    command.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(args);
    return command;
  }
}
