/**
 * One run as many: a range of work cut into shards, each of which is a run of its own, on this
 * machine or on others, and the results in the order of the one run.
 *
 * <pre>
 *   ShardPlan ──▶ ShardWork ──▶ ShardRunner ──▶ ShardResult ──▶ ShardedRun ──▶ MergedOutput
 *   which part     module and    LocalProcesses   as they come    in order,      as the one run
 *   is whose       settings      or a cluster                     kept in a      would print it
 *                                                                 ShardStore
 * </pre>
 *
 * <p>What crosses to another process is serializable and immutable: the work on its way there, a
 * result on its way back. A shard whose guest fails is a result too, so that nobody takes it for a
 * failure of a machine and runs it again. May import {@code run} and {@code programs} and what
 * those may import.
 */
package dev.wasmrun.shard;
