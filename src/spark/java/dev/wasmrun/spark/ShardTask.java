package dev.wasmrun.spark;

import dev.wasmrun.shard.ShardResult;
import dev.wasmrun.shard.ShardWork;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskInterruptListener;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What a task does: the one shard whose number is in its partition. */
final class ShardTask extends AbstractFunction1<Iterator<Integer>, ShardResult>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<ShardWork> work;

  ShardTask(Broadcast<ShardWork> work) {
    this.work = work;
  }

  @Override
  public ShardResult apply(Iterator<Integer> shards) {
    TaskContext task = TaskContext.get();
    var interrupt = new TaskInterrupt();
    task.addTaskCompletionListener((TaskCompletionListener) context -> interrupt.end());
    task.addTaskInterruptListener((TaskInterruptListener) (context, reason) -> interrupt.kill());
    try {
      return work.value().run(shards.next());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was killed", e);
    }
  }
}
