/* What the programs of the corpora call and leave to their verifiers. An unknown number is one that
   a thread has not had at its call before, small, and the same in each run. */
#ifdef __cplusplus
extern "C" {
#endif

static _Thread_local unsigned calls;

static unsigned next(void) { return ++calls & 7; }

int __VERIFIER_nondet_int(void) { return next() & 1; }
unsigned __VERIFIER_nondet_uint(void) { return next(); }
_Bool __VERIFIER_nondet_bool(void) { return next() & 1; }
char __VERIFIER_nondet_char(void) { return next(); }
short __VERIFIER_nondet_short(void) { return next(); }
long __VERIFIER_nondet_long(void) { return next(); }
unsigned long __VERIFIER_nondet_ulong(void) { return next(); }
void __VERIFIER_atomic_begin(void) {}
void __VERIFIER_atomic_end(void) {}
void __goblint_check(_Bool expression) { (void)expression; }
void __goblint_assert(_Bool expression) { (void)expression; }
void __goblint_assume(_Bool expression) { (void)expression; }
void __goblint_split_begin(int expression) { (void)expression; }
void __goblint_split_end(int expression) { (void)expression; }
void __goblint_globalize(void *pointer) { (void)pointer; }

#ifdef __cplusplus
}
#endif
