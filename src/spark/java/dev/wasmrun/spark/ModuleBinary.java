package dev.wasmrun.spark;

import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/**
 * The bytes of a module on their way to executors. A large one travels by itself, once to each
 * executor, and not with every task. Immutable; any number of threads may use it.
 */
final class ModuleBinary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** From so many bytes on a module travels by itself. */
  static final int LARGE = 1 << 20;

  /** What messages call any module: the function that they are about has a name of its own. */
  private static final String NAME = "the module";

  private final String digest;

  private transient byte[] bytes;

  /** Guarded by this; null where there is none. Kept, because Spark forgets what nobody has. */
  private transient Broadcast<byte[]> broadcast;

  /** The context of the broadcast; guarded by this. */
  private transient SparkContext context;

  ModuleBinary(byte[] bytes) {
    this.bytes = bytes.clone();
    this.digest = digest(bytes);
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What tells the bytes from others. */
  String digest() {
    return digest;
  }

  /** The module, parsed anew. */
  GuestModule load() {
    return GuestModule.of(NAME, bytes);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    Broadcast<byte[]> shared = broadcast();
    out.writeObject(shared == null ? bytes : shared);
  }

  private synchronized Broadcast<byte[]> broadcast() {
    if (bytes.length < LARGE || SparkContext$.MODULE$.getActive().isEmpty()) {
      return null;
    }
    SparkContext active = SparkContext$.MODULE$.getActive().get();
    if (context != active) {
      broadcast = active.broadcast(bytes, ClassTag$.MODULE$.apply(byte[].class));
      context = active;
    }
    return broadcast;
  }

  @SuppressWarnings("unchecked") // as it was written
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    Object form = in.readObject();
    bytes =
        form instanceof Broadcast<?> shared ? ((Broadcast<byte[]>) shared).value() : (byte[]) form;
  }
}
