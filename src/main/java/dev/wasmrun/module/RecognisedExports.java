package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the exports by which Emscripten's JavaScript starts threads, moves the stack and
 * throws, where nothing tells them: recognised by their code, their types and their order, which
 * Emscripten's list of them gives.
 *
 * <pre>
 *   I  _emscripten_thread_init      sets a global to each of its first parameters
 *   v  _emscripten_thread_crashed   F  _emscripten_run_on_main_thread_js
 *   i  _emscripten_thread_free_data, _emscripten_thread_exit
 *   T  _emscripten_timeout          v  _emscripten_check_mailbox
 *   W  setThrew                     G  _emscripten_tempret_set
 *   L  emscripten_stack_set_limits
 *   R  _emscripten_stack_restore    A  _emscripten_stack_alloc    C  emscripten_stack_get_current
 * </pre>
 */
final class RecognisedExports {
  private static final String RESTORE = "(?<restore>R)(?<alloc>A)(?<current>C)";
  private static final Pattern ORDER =
      Pattern.compile(
          "(?:(?<init>I)-?v-?F(?<free>i)(?<exit>i)T?v?(?<mailbox>v))?(?<threw>W)?(?<second>G)?(?<limits>L)?"
              + RESTORE);

  /** The names of what the groups of the order stand for. */
  private static final Map<String, String> NAMES =
      Map.of(
          "init", "_emscripten_thread_init",
          "free", "_emscripten_thread_free_data",
          "exit", "_emscripten_thread_exit",
          "mailbox", "_emscripten_check_mailbox",
          "threw", "setThrew",
          "second", "_emscripten_tempret_set",
          "limits", "emscripten_stack_set_limits",
          "restore", "_emscripten_stack_restore",
          "alloc", "_emscripten_stack_alloc",
          "current", "emscripten_stack_get_current");

  /** An exported function of the module's own. */
  private record Exported(String name, FunctionType type, List<AnnotatedInstruction> code) {
    boolean is(int parameters, int results) {
      return type.params().size() == parameters && type.returns().size() == results;
    }

    /** Whether its code is these instructions and an end. */
    boolean hasOnly(OpCode... codes) {
      return code.size() == codes.length + 1 && beginsWith(codes);
    }

    boolean beginsWith(OpCode... codes) {
      for (int i = 0; i < codes.length; i++) {
        if (i >= code.size() || code.get(i).opcode() != codes[i]) {
          return false;
        }
      }
      return true;
    }

    long count(OpCode wanted) {
      return code.stream().filter(each -> each.opcode() == wanted).count();
    }

    boolean sets(IntPredicate global) {
      return code.stream()
          .filter(each -> each.opcode() == OpCode.GLOBAL_SET)
          .anyMatch(each -> global.test((int) each.operand(0)));
    }

    int operand(int instruction) {
      return (int) code.get(instruction).operand(0);
    }
  }

  private final List<Exported> exports = new ArrayList<>();

  /** The global with the stack pointer: what an export sets that another tells; -1 if unknown. */
  private int stackPointer = -1;

  RecognisedExports(WasmModule module) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      int own = export.index() - imported;
      if (export.exportType() == ExternalType.FUNCTION && own >= 0) {
        exports.add(
            new Exported(
                export.name(),
                module.typeSection().getType(module.functionSection().getFunctionType(own)),
                module.codeSection().getFunctionBody(own).instructions()));
      }
    }
  }

  /** The original names of exports, by the minified ones; empty unless all fit in one way only. */
  static Map<String, String> in(WasmModule module) {
    var recognised = new RecognisedExports(module);
    return recognised.names();
  }

  private Map<String, String> names() {
    String letters = letters();
    Matcher order = ORDER.matcher(letters);
    if (stackPointer < 0 || !order.find()) {
      return Map.of();
    }
    var names = new HashMap<String, String>();
    NAMES.forEach(
        (group, name) -> {
          if (order.group(group) != null) {
            names.put(exports.get(order.start(group)).name(), name);
          }
        });
    if (order.group("init") != null) {
      addThreadGlobals(exports.get(order.start("init")), names);
    }
    return order.find() ? Map.of() : names;
  }

  /** A letter for each export. */
  String letters() {
    for (int i = 2; i < exports.size(); i++) {
      Exported restore = exports.get(i - 2);
      Exported current = exports.get(i);
      if (isSetter(restore) && isGetter(current) && restore.operand(1) == current.operand(0)) {
        stackPointer = current.operand(0);
      }
    }
    var letters = new StringBuilder();
    exports.forEach(export -> letters.append(letter(export)));
    return letters.toString();
  }

  /** Adds what tells the current thread, and what gives an instance its thread-local variables. */
  private void addThreadGlobals(Exported init, Map<String, String> names) {
    int self = init.operand(1);
    var others = new ArrayList<Exported>();
    for (Exported export : exports) {
      if (isGetter(export) && export.operand(0) == self) {
        names.put(export.name(), "pthread_self");
      } else if (export.is(0, 1) && export.sets(global -> global != stackPointer)) {
        others.add(export);
      }
    }
    if (others.size() == 1) {
      names.put(others.get(0).name(), "_emscripten_tls_init");
    }
  }

  private static boolean isSetter(Exported export) {
    return export.is(1, 0) && export.hasOnly(OpCode.LOCAL_GET, OpCode.GLOBAL_SET);
  }

  private static boolean isGetter(Exported export) {
    return export.is(0, 1) && export.hasOnly(OpCode.GLOBAL_GET);
  }

  private char letter(Exported export) {
    OpCode[] twice = {OpCode.LOCAL_GET, OpCode.GLOBAL_SET, OpCode.LOCAL_GET, OpCode.GLOBAL_SET};
    if (isSetter(export)) {
      return export.operand(1) == stackPointer ? 'R' : 'G';
    } else if (isGetter(export)) {
      return export.operand(0) == stackPointer ? 'C' : '-';
    } else if (export.is(2, 0)) {
      return export.hasOnly(twice) ? 'L' : isThrew(export) ? 'W' : isTimeout(export) ? 'T' : '-';
    } else if (export.is(1, 1)) {
      return movesStack(export) ? 'A' : '-';
    } else if (returnsReal(export)) {
      return 'F';
    } else if (export.type().params().size() >= 5) {
      return export.type().returns().isEmpty() && export.beginsWith(twice) ? 'I' : '-';
    }
    return export.is(0, 0) ? 'v' : export.is(1, 0) ? 'i' : '-';
  }

  private static boolean returnsReal(Exported export) {
    return export.type().params().size() >= 4
        && Signature.of(export.type()).results().equals(List.of(ValueType.F64));
  }

  private static boolean isThrew(Exported export) {
    return export.count(OpCode.I32_STORE) == 2 && export.count(OpCode.I32_LOAD) == 1;
  }

  private static boolean isTimeout(Exported export) {
    return Signature.of(export.type()).params().get(1) == ValueType.F64;
  }

  private boolean movesStack(Exported export) {
    return export.count(OpCode.I32_SUB) == 1 && export.sets(global -> global == stackPointer);
  }
}
