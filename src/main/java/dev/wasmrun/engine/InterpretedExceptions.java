package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.TagInstance;
import com.dylibso.chicory.runtime.WasmException;
import dev.wasmrun.compiler.runtime.Exceptions;

/**
 * References to exceptions in interpreted code.
 *
 * <p>Chicory's interpreter looks for a handler itself, and gives it a reference: the key under
 * which the instance keeps the exception, which is its tag. So an exception takes the place of an
 * earlier one of the same tag, and {@code throw_ref} throws the wrong one. Here the instance keeps
 * it for no longer than the search, and what the handler gets is replaced by the number that
 * compiled code gives to an exception.
 */
final class InterpretedExceptions {
  /** Looks for a handler of the exception that the instance keeps under a key. */
  interface Search {
    /**
     * Makes a frame go on in its handler.
     *
     * @throws WasmException if it has none
     */
    void run(int key);
  }

  private InterpretedExceptions() {}

  /**
   * Makes a frame go on in its handler of an exception.
   *
   * @return whether it has one
   */
  static boolean handle(WasmException exception, Instance instance, MStack stack, Search search) {
    var kept = new Kept(exception, instance, unusedIn(stack, exception));
    instance.registerException(kept);
    kept.registered = true;
    try {
      search.run(kept.key);
    } catch (Kept e) {
      return false;
    } finally {
      // Only the key stays with the instance, and nearly always it is the same one.
      instance.registerException(new Kept(kept.key));
    }
    if (stack.size() > 0 && stack.peek() == kept.key) {
      stack.pop();
      stack.push(Exceptions.number(exception));
    }
    return true;
  }

  /** A number that a handler finds on the stack only if it gets the reference. */
  private static int unusedIn(MStack stack, WasmException exception) {
    int key = -2;
    while (contains(stack.array(), stack.size(), key)
        || contains(exception.args(), exception.args().length, key)) {
      key--;
    }
    return key;
  }

  private static boolean contains(long[] values, int count, long value) {
    for (int i = 0; i < count; i++) {
      if (values[i] == value) {
        return true;
      }
    }
    return false;
  }

  /** An exception as an instance keeps it. */
  private static final class Kept extends WasmException {
    private static final long serialVersionUID = 1L;

    private final int key;
    private final int tag;
    private boolean registered;

    /** Nothing, in the place of one. */
    Kept(int key) {
      super(null, key, new long[0]);
      this.key = key;
      this.tag = key;
    }

    Kept(WasmException exception, Instance instance, int key) {
      this(exception, instance, key, indexOf(Exceptions.tag(exception), instance));
    }

    private Kept(WasmException exception, Instance instance, int key, int own) {
      super(own < 0 ? exception.instance() : instance, exception.tagIdx(), exception.args());
      this.key = key;
      this.tag = own < 0 ? exception.tagIdx() : own;
    }

    /** The index of a tag in an instance; negative if it has another or none. */
    private static int indexOf(TagInstance tag, Instance instance) {
      int count = instance.imports().tagCount() + instance.tagCount();
      for (int i = 0; i < count; i++) {
        if (instance.tag(i) == tag) {
          return i;
        }
      }
      return -1;
    }

    /** The tag; but what the instance asks for to keep it is the key. */
    @Override
    public int tagIdx() {
      return registered ? tag : key;
    }
  }
}
