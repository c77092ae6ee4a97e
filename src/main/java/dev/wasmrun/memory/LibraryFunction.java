package dev.wasmrun.memory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What functions of C libraries do that an observer has to know of, found by their names.
 *
 * <p>Code that was prepared to tell where it accesses memory tells of calls of these, too; an
 * indirect call is not told.
 */
public enum LibraryFunction {
  /** Takes a block of as many bytes as its only argument says. */
  ALLOCATE(
      "malloc",
      "dlmalloc",
      "emscripten_builtin_malloc",
      "__libc_malloc",
      "operator new(unsigned long)",
      "operator new[](unsigned long)",
      "_Znwm",
      "_Znam"),
  /** Takes a block for as many elements as its arguments say, of that size, multiplied. */
  ALLOCATE_ARRAY("calloc", "dlcalloc", "emscripten_builtin_calloc", "__libc_calloc"),
  /** Gives a block, its first argument, another size, its second. */
  REALLOCATE("realloc", "dlrealloc", "emscripten_builtin_realloc", "__libc_realloc"),
  /** Takes a block with an alignment, its first argument, of a size, its second. */
  ALLOCATE_ALIGNED("memalign", "dlmemalign", "aligned_alloc", "emscripten_builtin_memalign"),
  /** Gives a block back. */
  FREE(
      "free",
      "dlfree",
      "emscripten_builtin_free",
      "__libc_free",
      "operator delete(void*)",
      "operator delete[](void*)",
      "operator delete(void*, unsigned long)",
      "operator delete[](void*, unsigned long)",
      "_ZdlPv",
      "_ZdaPv"),
  /** Does nothing that a caller could count on to order threads. */
  PRIVATE(
      "posix_memalign",
      "dlposix_memalign",
      "dlmalloc_usable_size",
      "malloc_usable_size",
      "sbrk",
      "locking_putc",
      "locking_getc"),
  /** Takes a lock that guards what belongs to the library. */
  LOCK("__lock"),
  /** Takes the lock of a stream; returns whether it did, rather than having it already. */
  LOCK_STREAM("__lockfile"),
  /** Gives back what {@link #LOCK} took. */
  UNLOCK("__unlock"),
  /** Gives back what {@link #LOCK_STREAM} took. */
  UNLOCK_STREAM("__unlockfile"),
  /** Takes or gives back the lock of a stream for the program itself. */
  LOCK_FOR_PROGRAM("flockfile", "ftrylockfile", "funlockfile"),
  /** Takes a mutex, and waits for it. */
  LOCK_MUTEX("pthread_mutex_lock", "__pthread_mutex_lock", "mtx_lock"),
  /** Tries, or for a time, to take a mutex. */
  TRY_MUTEX(
      "pthread_mutex_trylock",
      "__pthread_mutex_trylock",
      "pthread_mutex_timedlock",
      "__pthread_mutex_timedlock",
      "mtx_trylock",
      "mtx_timedlock"),
  /** Takes a lock for readers and writers, its first argument, together with other readers. */
  READ_LOCK(
      "pthread_rwlock_rdlock",
      "__pthread_rwlock_rdlock",
      "std::__2::shared_mutex::lock_shared()",
      "std::__2::__shared_mutex_base::lock_shared()"),
  /** Takes a lock for readers and writers alone. */
  WRITE_LOCK(
      "pthread_rwlock_wrlock",
      "__pthread_rwlock_wrlock",
      "std::__2::shared_mutex::lock()",
      "std::__2::__shared_mutex_base::lock()"),
  /** Tries, or for a time, to do what {@link #READ_LOCK} does; returns 0 if it has. */
  TRY_READ_LOCK(
      "pthread_rwlock_tryrdlock",
      "__pthread_rwlock_tryrdlock",
      "pthread_rwlock_timedrdlock",
      "__pthread_rwlock_timedrdlock"),
  /** Tries, or for a time, to do what {@link #WRITE_LOCK} does; returns 0 if it has. */
  TRY_WRITE_LOCK(
      "pthread_rwlock_trywrlock",
      "__pthread_rwlock_trywrlock",
      "pthread_rwlock_timedwrlock",
      "__pthread_rwlock_timedwrlock"),
  /** Gives back a lock for readers and writers. */
  UNLOCK_READ_OR_WRITE(
      "pthread_rwlock_unlock",
      "__pthread_rwlock_unlock",
      "std::__2::shared_mutex::unlock()",
      "std::__2::shared_mutex::unlock_shared()",
      "std::__2::__shared_mutex_base::unlock()",
      "std::__2::__shared_mutex_base::unlock_shared()"),
  /** Gives back a mutex, its first argument. */
  UNLOCK_MUTEX("pthread_mutex_unlock", "__pthread_mutex_unlock", "mtx_unlock"),
  /** Makes, of memory at its first argument, something that threads meet at. */
  CREATE_OBJECT(
      "pthread_mutex_init",
      "pthread_cond_init",
      "pthread_rwlock_init",
      "pthread_barrier_init",
      "pthread_spin_init",
      "sem_init",
      "mtx_init",
      "cnd_init"),
  /** Ends the life of what {@link #CREATE_OBJECT} made, but for mutexes and the like. */
  DESTROY_OBJECT(
      "pthread_cond_destroy",
      "pthread_barrier_destroy",
      "pthread_spin_destroy",
      "sem_destroy",
      "cnd_destroy"),
  /** Ends the life of a mutex. */
  DESTROY_MUTEX("pthread_mutex_destroy", "mtx_destroy"),
  /** Ends the life of a lock for readers and writers. */
  DESTROY_READ_OR_WRITE("pthread_rwlock_destroy"),
  /** Has threads meet at what {@link #CREATE_OBJECT} made, its first argument, but for locks. */
  USE_OBJECT(
      "pthread_cond_wait",
      "pthread_cond_timedwait",
      "__pthread_cond_timedwait",
      "pthread_cond_signal",
      "pthread_cond_broadcast",
      "pthread_barrier_wait",
      "pthread_spin_lock",
      "pthread_spin_trylock",
      "sem_wait",
      "sem_trywait",
      "sem_timedwait",
      "sem_post",
      "cnd_wait",
      "cnd_timedwait",
      "cnd_signal",
      "cnd_broadcast"),
  /** Waits or notifies; what else it does with atomics is about the library itself. */
  FUTEX("emscripten_futex_wait", "emscripten_futex_wake", "__wait"),
  /** Does what other threads have asked this one to do, in the middle of something else. */
  ERRANDS(
      "emscripten_main_thread_process_queued_calls",
      "emscripten_current_thread_process_queued_calls",
      "_emscripten_yield");

  private static final Map<String, LibraryFunction> BY_NAME = byName();

  private static final LibraryFunction[] ALL = values();

  private final List<String> names;

  LibraryFunction(String... names) {
    this.names = List.of(names);
  }

  private static Map<String, LibraryFunction> byName() {
    var all = new HashMap<String, LibraryFunction>();
    for (LibraryFunction function : values()) {
      function.names.forEach(name -> all.put(name, function));
    }
    return all;
  }

  static LibraryFunction of(int number) {
    return ALL[number];
  }

  /** What a function of that name does; null if it is none of these. */
  public static LibraryFunction named(String name) {
    return BY_NAME.get(name);
  }
}
