package dev.wasmrun.pool;

import java.time.Duration;

/**
 * The numbers of a pool at one moment. Every task ever accepted is queued, running, completed,
 * failed or cancelled.
 *
 * @param workers threads there are, stuck ones included
 * @param usable workers that are not stuck, or could still be started; 0 if no worker can be freed
 * @param stuck workers whose calls have not ended five seconds after they were interrupted
 * @param replacedWorkers stuck workers, from the beginning, whose place another has taken
 * @param running tasks that run, those on their submitters' threads included
 * @param queued tasks that wait for a worker
 * @param completed tasks that returned
 * @param failed tasks that trapped, exited, met a fault or ran out of time
 * @param timedOut those of the failed that ran out of time
 * @param cancelled tasks that were cancelled, queued or running
 * @param rejected tasks that were not accepted
 * @param replaced instances given up because a call did not return
 * @param busy the time that all workers together have spent on tasks that have ended
 * @param waits the times from submission to start, of tasks that were started
 * @param runs the times from start to end, of tasks that were started and have ended
 */
public record PoolStatistics(
    int workers,
    int usable,
    int stuck,
    long replacedWorkers,
    int running,
    int queued,
    long completed,
    long failed,
    long timedOut,
    long cancelled,
    long rejected,
    long replaced,
    Duration busy,
    TimeDistribution waits,
    TimeDistribution runs) {}
