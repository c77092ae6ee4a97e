package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.StackFrame;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in their functions the frames of interpreted code are. Chicory 1.7.5 tells that of a frame
 * in its description only.
 */
final class InterpretedFrames {
  private static final Pattern POSITION =
      Pattern.compile("\\[(\\d{1,9})]\\n\\tpc=(\\d{1,9}) locals=\\[[^]]*]$");

  private InterpretedFrames() {}

  /**
   * The functions, innermost first.
   *
   * @param functions their indices, outermost first
   * @param frames the frame of each; null for one that is imported
   */
  static List<ActiveFunction> active(Instance instance, int[] functions, StackFrame[] frames) {
    var active = new ArrayList<ActiveFunction>(functions.length);
    for (int i = functions.length - 1; i >= 0; i--) {
      active.add(of(instance, functions[i], frames[i]));
    }
    return active;
  }

  private static ActiveFunction of(Instance instance, int function, StackFrame frame) {
    Matcher position = POSITION.matcher(frame == null ? "" : frame.toString());
    if (!position.find()) {
      return new ActiveFunction(function, ActiveFunction.NO_OFFSET);
    }
    int executed = Integer.parseInt(position.group(1)); // another one after a tail call
    int next = Integer.parseInt(position.group(2));
    FunctionBody body = instance.function(executed);
    List<AnnotatedInstruction> code = body == null ? List.of() : body.instructions();
    return new ActiveFunction(
        executed,
        next > 0 && next <= code.size() ? code.get(next - 1).address() : ActiveFunction.NO_OFFSET);
  }
}
