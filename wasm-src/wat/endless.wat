;; Endless: guest code of four kinds that only an interrupt ends. `wasm-run bench --interrupts` measures
;; how soon one does.
(module
  (memory 1)

  ;; Adds 1 to one word of the memory after the other, over and over.
  (func $touch (export "touch") (local $at i32)
    (loop $next
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.and (i32.add (local.get $at) (i32.const 4)) (i32.const 0xffff)))
      (br $next)))

  ;; Does nothing.
  (func $spin (export "spin")
    (loop $again (br $again)))

  ;; Counts to a hundred million, over and over; the sum keeps it from being nothing.
  (func $count (export "count") (local $i i32) (local $sum i32)
    (loop $again
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next (i32.lt_s (local.get $i) (i32.const 100000000))))
      (i32.store (i32.const 0) (local.get $sum))
      (br $again)))

  ;; The 90th Fibonacci number (modulo 2^32) by its definition: 10^18 calls, 90 deep.
  (func $fibonacci (export "fibonacci")
    (i32.store (i32.const 0) (call $fib (i32.const 90))))

  (func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else
        (i32.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2))))))))
