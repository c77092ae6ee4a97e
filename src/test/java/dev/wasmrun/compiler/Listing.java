package dev.wasmrun.compiler;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.BodyDecoder;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.emit.ModuleEmitter;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.memory.CompiledAccess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/**
 * The first function of a module as text: its operations, the parts that it is divided into, and
 * the methods that they become.
 *
 * <pre>
 *   index  operation  immediates  -> blocks that it branches to, by the operation that begins them
 * </pre>
 */
final class Listing {
  private static final String PREFIX = "m/";

  private Listing() {}

  static String of(WasmModule module, int limit) {
    var types = new ModuleTypes(module);
    int function = types.importedFunctions();
    FunctionCode code =
        BodyDecoder.decode(types, function, module.codeSection().getFunctionBody(0), false);
    var text = new StringBuilder("operations\n");
    int depth = 0;
    for (int i = 0; i < code.ops().size(); i++) {
      Op op = code.ops().get(i);
      boolean closes = op.code() == OpCode.END || op.code() == OpCode.ELSE;
      depth -= closes ? 1 : 0;
      text.append("%5s %s%s\n".formatted(i, "  ".repeat(depth), line(op)));
      boolean opens = op.block() != null && op.block().begin() == i;
      depth += opens || op.code() == OpCode.ELSE ? 1 : 0;
    }
    text.append("parts\n");
    parts(Splitting.split(code, limit), "  ", text);
    ModuleEmitter.emit(module, PREFIX, false, limit, Optional.empty()).classes().values().stream()
        .map(bytes -> methods(bytes, "_" + function))
        .forEach(text::append);
    // Which form of access it is depends on the Java at hand.
    return text.toString().replace(CompiledAccess.className(), "Accesses");
  }

  private static String line(Op op) {
    var line = new StringBuilder();
    line.append(op.code().name().toLowerCase(Locale.ROOT));
    switch (op.code()) {
      case LOCAL_GET, LOCAL_SET, LOCAL_TEE, CALL, RETURN_CALL, I32_CONST, I64_CONST ->
          line.append(' ').append(op.a());
      case BR, BR_IF -> line.append(" -> ").append(op.block().begin());
      case BR_TABLE ->
          line.append(" -> ")
              .append(
                  op.targets().stream()
                      .map(target -> Integer.toString(target.begin()))
                      .collect(Collectors.joining(" ")));
      case TRY_TABLE ->
          op.block()
              .catches()
              .forEach(
                  c ->
                      line.append(c.all() ? " all" : " tag " + c.tag())
                          .append(c.reference() ? " with reference" : "")
                          .append(" -> ")
                          .append(c.target().begin()));
      default -> {}
    }
    return line.append(op.falls() ? "" : "  ; reached by branches only").toString();
  }

  private static void parts(Part part, String indent, StringBuilder text) {
    text.append("%s[%s, %s)\n".formatted(indent, part.from(), part.to()));
    part.inner().forEach(inner -> parts(inner, indent + "  ", text));
  }

  /** The methods of a function, by what their names have, without lines and frames. */
  private static String methods(byte[] classFile, String name) {
    var text = new StringWriter();
    var out = new PrintWriter(text);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String method, String type, String generic, String[] exceptions) {
                if (!method.matches(".*" + name + "(\\$.*)?")) {
                  return null;
                }
                out.print(method + type + "\n");
                var printer =
                    new Textifier(Opcodes.ASM9) {
                      @Override
                      public void visitMethodEnd() {
                        print(out);
                        out.flush();
                      }
                    };
                return new TraceMethodVisitor(printer);
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return text.toString();
  }
}
