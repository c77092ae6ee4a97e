package dev.wasmrun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.wasmrun.check.Check;
import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.convention.bindgen.HostValue;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.Snapshot;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.WordWatch;
import dev.wasmrun.messages.BroadcastChannel;
import dev.wasmrun.messages.Caller;
import dev.wasmrun.messages.EventLoop;
import dev.wasmrun.messages.MessageChannel;
import dev.wasmrun.messages.Procedures;
import dev.wasmrun.messages.StructuredClone;
import dev.wasmrun.messages.TransferableBuffer;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.pool.TaskTimeout;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.run.BindgenLibraries;
import dev.wasmrun.run.CppLibraries;
import dev.wasmrun.run.Library;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunFailure;
import dev.wasmrun.trace.Statistics;
import dev.wasmrun.trace.Trace;
import dev.wasmrun.wasi.WasiOptions;
import dev.wasmrun.workers.GuestWork;
import dev.wasmrun.workers.SharedWorker;
import dev.wasmrun.workers.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The public API: the types where a program that embeds the host begins, and every type that can be
 * reached from those by what is public in them. It knows nothing of the runtime underneath, and
 * says of everything in it what it is.
 */
final class PublicApiTest {
  private static final Path SOURCES = Path.of("src/main/java");

  private static final List<Class<?>> BEGINNINGS =
      List.of(
          GuestModule.class,
          ModuleRun.class,
          CppLibraries.class,
          BindgenLibraries.class,
          HostValue.class,
          Library.class,
          WorkerPool.class,
          Worker.class,
          SharedWorker.class,
          GuestWork.class,
          MessageChannel.class,
          BroadcastChannel.class,
          StructuredClone.class,
          TransferableBuffer.class,
          Procedures.class,
          Caller.class,
          EventLoop.class,
          WordWatch.class,
          HostFunction.class,
          GuestFunction.class,
          Linker.class,
          Snapshot.class,
          LinearMemory.class,
          Check.class,
          Schedules.class,
          GuestExit.class,
          HostFault.class,
          TaskTimeout.class,
          RunFailure.class,
          ModuleException.class,
          LinkException.class,
          UsageException.class,
          Trace.class,
          Statistics.class);

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.wasmrun");

  private static final Map<String, JavaClass> API = reachable();

  /** The types by name, and what is public in each refers to; and what they may throw. */
  private static Map<String, JavaClass> reachable() {
    var found = new TreeMap<String, JavaClass>();
    reach(BEGINNINGS.stream().map(OURS::get), found);
    Set<String> packages = packages(found.values());
    reach(
        OURS.stream()
            .filter(type -> packages.contains(type.getPackageName()))
            .filter(type -> isPublic(type) && type.isAssignableTo(Throwable.class))
            .filter(type -> !type.isAnnotatedWith(Internal.class)),
        found);
    return found;
  }

  private static void reach(Stream<JavaClass> from, Map<String, JavaClass> found) {
    var open = new ArrayDeque<JavaClass>(from.toList());
    while (!open.isEmpty()) {
      JavaClass next = open.remove();
      if (found.putIfAbsent(next.getName(), next) == null) {
        Stream.concat(signatures(next), nested(next))
            .filter(type -> type.getName().startsWith("dev.wasmrun."))
            .forEach(open::add);
      }
    }
  }

  /** The public types in an interface or class, as the outcomes of a run are. */
  private static Stream<JavaClass> nested(JavaClass type) {
    return OURS.stream()
        .filter(inner -> isPublic(inner) && inner.getName().startsWith(type.getName() + "$"));
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static Set<String> packages(Collection<JavaClass> types) {
    return types.stream()
        .map(JavaClass::getPackageName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every type in what is public or protected in a type, those it inherits from included. */
  private static Stream<JavaClass> signatures(JavaClass type) {
    Stream<JavaClass> methods =
        type.getCodeUnits().stream()
            .filter(unit -> isVisible(unit.getModifiers()))
            .flatMap(
                unit ->
                    Stream.of(
                            unit.getReturnType().getAllInvolvedRawTypes(),
                            unit.getParameterTypes().stream()
                                .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream())
                                .toList(),
                            unit.getExceptionTypes())
                        .flatMap(Collection::stream));
    Stream<JavaClass> fields =
        type.getFields().stream()
            .filter(field -> isVisible(field.getModifiers()))
            .flatMap(field -> field.getType().getAllInvolvedRawTypes().stream());
    Stream<JavaClass> above =
        Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
    return Stream.of(methods, fields, above).flatMap(stream -> stream);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  @Test
  void theRuntimeUnderneathIsNotInIt() {
    var seen = new TreeSet<String>();
    for (JavaClass type : API.values()) {
      signatures(type)
          .filter(used -> used.getName().startsWith("com.dylibso."))
          .forEach(used -> seen.add(type.getName() + " shows " + used.getName()));
    }
    assertEquals(Set.of(), seen);
  }

  @Test
  void whatAConventionGetsIsNotInIt() {
    assertFalse(API.containsKey(RunRequest.class.getName()));
    assertFalse(API.containsKey(WasiOptions.class.getName()));
    assertTrue(API.containsKey(RunConfig.class.getName()));
  }

  @Test
  void itIsInThePackagesThatTheManualNames() throws IOException {
    String section =
        Files.readString(Manual.page("embedding")) + Files.readString(Manual.page("messages"));
    Set<String> packages = packages(API.values());
    for (String name : packages) {
      assertTrue(section.contains("`" + name + "`"), () -> "the manual does not name " + name);
    }
    for (Class<?> beginning : BEGINNINGS) {
      assertTrue(section.contains("`" + beginning.getSimpleName() + "`"), beginning::getName);
    }
  }

  /** Beside it in a package, where an IDE offers it as well, what is public is marked. */
  @Test
  void whatIsPublicInItsPackagesIsPartOfItOrMarked() {
    Set<String> packages = packages(API.values());
    var wrong = new TreeSet<String>();
    for (JavaClass type : OURS) {
      if (isPublic(type) && !type.isNestedClass() && packages.contains(type.getPackageName())) {
        boolean marked = type.isAnnotatedWith(Internal.class);
        if (marked && API.containsKey(type.getName())) {
          wrong.add(type.getName() + " is marked as internal, but shown by the API");
        } else if (!marked && !API.containsKey(type.getName())) {
          wrong.add(type.getName() + " is neither reached from the API nor marked as internal");
        }
      }
    }
    assertEquals(Set.of(), wrong);
  }

  @Test
  void itIsWhatTheModuleExports() throws IOException {
    Set<String> packages = packages(API.values());
    Set<String> exported =
        Files.readAllLines(Path.of("src/main/module/module-info.java")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("exports "))
            .map(line -> line.substring("exports ".length(), line.length() - 1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(packages, exported);
  }

  /** Records explain their components, and overriding methods what they override. */
  @Test
  void everythingInItSaysWhatItIs() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> files =
        API.values().stream()
            .map(
                type ->
                    SOURCES.resolve(
                        type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java"))
            .distinct()
            .toList();
    var silent = new ArrayList<String>();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      var trees = Trees.instance(task);
      for (var unit : task.parse()) {
        new SilentMembers(trees, unit.getPackageName().toString(), silent).scan(unit, null);
      }
    }
    assertEquals(List.of(), silent);
  }

  /** Finds public types, methods, fields and constants of the API without documentation. */
  private static final class SilentMembers extends TreePathScanner<Void, Void> {
    private final Trees trees;
    private final String packageName;
    private final List<String> silent;

    private SilentMembers(Trees trees, String packageName, List<String> silent) {
      this.trees = trees;
      this.packageName = packageName;
      this.silent = silent;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      String name = nameOf(getCurrentPath());
      if (!API.containsKey(name)) {
        return null;
      }
      tell(name);
      boolean inInterface = type.getKind() == Tree.Kind.INTERFACE;
      for (Tree member : type.getMembers()) {
        var path = new TreePath(getCurrentPath(), member);
        if (member instanceof MethodTree method
            && (inInterface || isPublic(method.getModifiers().getFlags()))
            && method.getModifiers().getAnnotations().isEmpty()) {
          tell(path, name + "." + method.getName());
        } else if (member instanceof VariableTree field
            && isPublic(field.getModifiers().getFlags())
            && type.getKind() != Tree.Kind.ENUM) {
          tell(path, name + "." + field.getName());
        }
      }
      return super.visitClass(type, unused);
    }

    private static boolean isPublic(Set<Modifier> flags) {
      return flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
    }

    private String nameOf(TreePath path) {
      var names = new ArrayDeque<String>();
      for (TreePath at = path; at != null; at = at.getParentPath()) {
        if (at.getLeaf() instanceof ClassTree type) {
          names.push(type.getSimpleName().toString());
        }
      }
      return packageName + "." + String.join("$", names);
    }

    private void tell(String name) {
      tell(getCurrentPath(), name);
    }

    private void tell(TreePath path, String name) {
      if (trees.getDocComment(path) == null) {
        silent.add(name);
      }
    }
  }
}
