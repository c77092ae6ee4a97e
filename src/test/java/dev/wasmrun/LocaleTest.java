package dev.wasmrun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What is written depends on nobody's locale, in which digits may be others and {@code i} no small
 * {@code I}: not for a program that reads it, nor in a message, which is in English.
 *
 * <p>A format without a locale has no conversion that looks at it: {@code %s} and {@code %x} of a
 * number do not, {@code %d} and {@code %.3f} do. This is held for each class, so a class that has
 * such a conversion names the locale in all its formats.
 */
final class LocaleTest {
  private static final Pattern LOCALIZED = Pattern.compile("%[-#+ 0,(<]*\\d*(\\.\\d+)?[dfeEgGtTS]");
  private static final String LOCALE = "Ljava/util/Locale;";
  private static final Set<String> FORMATS = Set.of("format", "formatted", "printf");
  private static final Set<String> LETTERS = Set.of("toLowerCase", "toUpperCase");
  private static final Set<String> FORMATTERS =
      Set.of(
          "java/util/Formatter",
          "java/text/DecimalFormat",
          "java/text/NumberFormat",
          "java/text/MessageFormat",
          "java/text/SimpleDateFormat",
          "java/time/format/DateTimeFormatter");

  /** What a class has to do with locales. */
  private static final class Facts extends ClassVisitor {
    private final Set<String> localized = new LinkedHashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private boolean formats;
    private boolean formatsInLocale;

    private Facts(byte[] bytes) {
      super(Opcodes.ASM9);
      new ClassReader(bytes).accept(this, 0);
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      constant(value);
      return null;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String method, String type, String signature, String[] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitLdcInsn(Object value) {
          constant(value);
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String name, String descriptor, boolean isInterface) {
          call(owner, name, descriptor);
        }

        @Override
        public void visitInvokeDynamicInsn(
            String name, String descriptor, Handle bootstrap, Object... arguments) {
          Arrays.stream(arguments).forEach(Facts.this::constant);
        }
      };
    }

    private void constant(Object value) {
      if (value instanceof String text && LOCALIZED.matcher(text.replace("%%", "")).find()) {
        localized.add(text);
      } else if (value instanceof Handle method) {
        call(method.getOwner(), method.getName(), method.getDesc());
      }
    }

    private void call(String owner, String name, String descriptor) {
      boolean namesLocale = descriptor.contains(LOCALE);
      boolean ofText = owner.equals("java/lang/String");
      if (FORMATS.contains(name) && (ofText || owner.startsWith("java/io/"))) {
        formats |= !namesLocale;
        formatsInLocale |= namesLocale;
      } else if (!namesLocale
          && (ofText && LETTERS.contains(name)
              || FORMATTERS.contains(owner)
                  && descriptor.endsWith(")V") == isNew(name)
                  && (isNew(name) || name.startsWith("get") || name.startsWith("of")))) {
        wrong.add(owner + "." + name + descriptor);
      }
    }

    private static boolean isNew(String name) {
      return name.equals("<init>");
    }

    private List<String> wrongs() {
      if (!localized.isEmpty() && (formats || !formatsInLocale)) {
        wrong.addAll(localized);
      }
      return wrong;
    }
  }

  @Test
  void noClassFormatsInTheDefaultLocale() throws Exception {
    var wrong = new ArrayList<String>();
    for (Path file : classes(PackageMapTest.class.getPackageName())) {
      new Facts(Files.readAllBytes(file))
          .wrongs()
          .forEach(what -> wrong.add(file.getFileName() + ": " + what));
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void whatDependsOnTheLocaleIsSeen() throws Exception {
    byte[] bytes;
    try (var own = LocaleTest.class.getResourceAsStream("LocaleTest$Wrong.class")) {
      bytes = own.readAllBytes();
    }
    assertEquals(
        List.of(
            "java/lang/String.toLowerCase()Ljava/lang/String;",
            "java/text/DecimalFormat.<init>(Ljava/lang/String;)V",
            "java/text/NumberFormat.getInstance()Ljava/text/NumberFormat;",
            "%d of %s",
            "%5.2f"),
        new Facts(bytes).wrongs());
  }

  /** One of each kind. */
  @SuppressWarnings("unused")
  private static final class Wrong {
    private static Stream<String> all(int number) {
      return Stream.of(
          "%d of %s".formatted(number, 100),
          "TEXT".toLowerCase(),
          new DecimalFormat("0").format(number),
          NumberFormat.getInstance().format(number),
          Stream.of(1.0).map("%5.2f"::formatted).toString());
    }
  }

  private static List<Path> classes(String packageName) throws IOException, URISyntaxException {
    var source = GuestModule.class.getProtectionDomain().getCodeSource();
    Path root = Path.of(source.getLocation().toURI()).resolve(packageName.replace('.', '/'));
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> classes = files.filter(file -> file.toString().endsWith(".class")).toList();
      assertFalse(classes.isEmpty());
      return classes;
    }
  }
}
