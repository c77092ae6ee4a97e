;; Ends only when it is interrupted: a busy loop, and a thread that waits for ever.

(module $Mem (memory (export "shared") 1 1 shared))
(thread $waiter (shared (module $Mem))
  (register "mem" $Mem)
  (module
    (memory (import "mem" "shared") 1 1 shared)
    (func (export "wait") (result i32)
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (assert_return (invoke "wait") (i32.const 0)))
(module (func (export "spin") (loop (br 0))))
(invoke "spin")
(wait $waiter)
