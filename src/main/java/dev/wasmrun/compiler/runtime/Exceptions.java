package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.TagInstance;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.types.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Throwing, catching, and references to exceptions.
 *
 * <p>In generated code a reference is the exception itself. Where the runtime has only numbers for
 * it, in a table, a global or an argument of a call from outside, it is a number that stands for
 * one; the {@value #REMEMBERED} exceptions that got one last have it.
 */
public final class Exceptions {
  private static final int REMEMBERED = 65_536;

  /** Guarded by itself; the eldest first. */
  private static final Map<Integer, WasmException> NUMBERED =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, WasmException> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Guarded by {@link #NUMBERED}. */
  private static int last;

  private Exceptions() {}

  /** A new exception, to be thrown. */
  public static WasmException create(long[] args, int tag, Context context) {
    return new WasmException(context.instance, tag, args);
  }

  /** What throw_ref throws. */
  public static WasmException thrown(WasmException reference) {
    if (reference == null) {
      throw new TrapException("null exception reference");
    }
    return reference;
  }

  /** Whether an exception is one of a tag of this instance. */
  public static boolean matches(WasmException exception, int tag, Context context) {
    return context.instance.tag(tag) == tag(exception);
  }

  /** The tag that an exception was thrown with; it is the same object wherever it is imported. */
  public static TagInstance tag(WasmException exception) {
    return exception.instance().tag(exception.tagIdx());
  }

  /** A number for an exception. */
  public static int number(WasmException exception) {
    if (exception == null) {
      return Value.REF_NULL_VALUE;
    }
    synchronized (NUMBERED) {
      last = last == Integer.MAX_VALUE ? 0 : last + 1;
      NUMBERED.put(last, exception);
      return last;
    }
  }

  /**
   * The exception that a number stands for.
   *
   * @throws TrapException if it stands for none any more
   */
  public static WasmException numbered(long number) {
    if ((int) number == Value.REF_NULL_VALUE) {
      return null;
    }
    synchronized (NUMBERED) {
      WasmException exception = NUMBERED.get((int) number);
      if (exception == null) {
        throw new TrapException("null exception reference: it was given away too long ago");
      }
      return exception;
    }
  }
}
