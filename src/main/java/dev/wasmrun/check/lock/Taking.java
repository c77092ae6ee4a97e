package dev.wasmrun.check.lock;

/** What is known of whether a thread that takes a lock would have waited for it. */
public enum Taking {
  /** It would. */
  WAITING,
  /** It would not, or not for ever. */
  ATTEMPT,
  /** Nothing; its functions may tell. */
  UNKNOWN
}
