package dev.wasmrun.shard;

import dev.wasmrun.engine.Engine;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** The program of a {@link ShardProcess}: runs the shards that it is asked for on its input. */
public final class ShardMain {
  /** The argument that has compiled code kept on disk. */
  static final String KEEP_CODE = "--keep-code";

  private ShardMain() {}

  /** Runs shards until the input ends, which also ends a run that is on its way. */
  public static void main(String[] args) throws Exception {
    var results =
        new ObjectOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    results.flush(); // what the reader waits for to begin
    System.setOut(System.err); // whatever else prints would be taken for a result
    if (List.of(args).contains(KEEP_CODE)) {
      Engine.keepCodeOnDisk(notice -> {}); // who has started us does so, too, and says it
    }
    var requests = new ObjectInputStream(System.in);
    var work = (ShardWork) requests.readObject();
    var shards = new LinkedBlockingQueue<Integer>();
    var reader = new Thread(() -> read(requests, shards), "shards");
    reader.setDaemon(true);
    reader.start();
    while (true) {
      results.writeObject(work.run(shards.take()));
      results.flush();
      results.reset(); // or it would keep each result
    }
  }

  private static void read(ObjectInputStream requests, LinkedBlockingQueue<Integer> shards) {
    try {
      while (true) {
        shards.add(requests.readInt());
      }
    } catch (EOFException e) {
      Runtime.getRuntime().halt(0); // who has started us is done, or gone
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
  }
}
