;; The commands of the threads proposal.

(module $Mem (memory (export "shared") 1 1 shared))
(register "mem")

;; A thread knows only what it is given, and nested threads end before their parent's check.
(thread $outer (shared (module $Mem))
  (assert_unlinkable (module (memory (import "mem" "shared") 1 1 shared)) "unknown import")
  (register "mem" $Mem)
  (thread $inner (shared (module $Mem))
    (register "memory of all" $Mem)
    (module
      (memory (import "memory of all" "shared") 1 1 shared)
      (func (export "run") (i32.atomic.store (i32.const 8) (i32.const 7))))
    (invoke "run"))
  (wait $inner)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "seen") (result i32) (i32.atomic.load (i32.const 8))))
  (assert_return (invoke "seen") (i32.const 7)))

;; Wakes: the waiter may come first or last.
(thread $waiter (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32)
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (assert_return (invoke "wait") (either (i32.const 0) (i32.const 1))))

(module $waker
  (memory (import "mem" "shared") 1 1 shared)
  (func (export "wake") (result i32)
    (i32.atomic.store (i32.const 0) (i32.const 1))
    (memory.atomic.notify (i32.const 0) (i32.const -1)))
  (func (export "get") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "unaligned") (result i32) (i32.atomic.load (i32.const 1))))
(assert_return (invoke "wake") (either (i32.const 0) (i32.const 1)))
(wait $waiter)
(wait $outer)
(assert_return (invoke $waker "get" (i32.const 0)) (i32.const 1))
(assert_return (invoke $waker "get" (i32.const 8)) (i32.const 7))
(assert_trap (invoke $waker "unaligned") "unaligned atomic")

(module (memory 1)
  (func (export "wait") (result i32)
    (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0))))
(assert_trap (invoke "wait") "expected shared memory")
