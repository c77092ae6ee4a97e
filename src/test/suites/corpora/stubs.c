/* What the programs of the corpora call and leave to their verifiers. An unknown number is one that
   a thread has not had at its call before, small, and the same in each run. */
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

static _Thread_local unsigned calls;

static unsigned next(void) { return ++calls & 7; }

int __VERIFIER_nondet_int(void) { return next() & 1; }
unsigned __VERIFIER_nondet_uint(void) { return next(); }
bool __VERIFIER_nondet_bool(void) { return next() & 1; }
char __VERIFIER_nondet_char(void) { return next(); }
short __VERIFIER_nondet_short(void) { return next(); }
long __VERIFIER_nondet_long(void) { return next(); }
unsigned long __VERIFIER_nondet_ulong(void) { return next(); }
void __VERIFIER_atomic_begin(void) {}
void __VERIFIER_atomic_end(void) {}
void __goblint_check(bool expression) { (void)expression; }
void __goblint_assert(bool expression) { (void)expression; }
void __goblint_assume(bool expression) { (void)expression; }
void __goblint_split_begin(int expression) { (void)expression; }
void __goblint_split_end(int expression) { (void)expression; }
void __goblint_globalize(void *pointer) { (void)pointer; }

#ifdef __EMSCRIPTEN__
/* What ThreadSanitizer has for its own tests: a barrier that orders nobody as far as a checker can tell,
   and what its users tell it of their locks, which nobody here believes. */
#define FROM_HOST(name) __attribute__((import_module("corpus"), import_name(name)))
FROM_HOST("barrier_init") void corpus_barrier_init(unsigned *barrier, unsigned count);
FROM_HOST("barrier_wait") void corpus_barrier_wait(unsigned *barrier);
void __tsan_testonly_barrier_init(unsigned *barrier, unsigned count) {
  corpus_barrier_init(barrier, count);
}
void __tsan_testonly_barrier_wait(unsigned *barrier) { corpus_barrier_wait(barrier); }
void __tsan_mutex_create(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_destroy(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_pre_lock(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_post_lock(void *mutex, unsigned flags, int count) {
  (void)mutex, (void)flags, (void)count;
}
int __tsan_mutex_pre_unlock(void *mutex, unsigned flags) { return (void)mutex, (void)flags, 0; }
void __tsan_mutex_post_unlock(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_pre_signal(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_post_signal(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_pre_divert(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
void __tsan_mutex_post_divert(void *mutex, unsigned flags) { (void)mutex, (void)flags; }
#endif

#ifdef __cplusplus
}
#endif
