;; An exception keeps its identity, whatever is thrown before it is thrown again.

(module $thrower
  (tag $unused (export "unused") (param f64))
  (tag $e (export "e") (param i32))
  (func (export "throw") (param i32) (throw $e (local.get 0)))
  (func $fail (export "fail") (param i32) (result i32) (throw $e (local.get 0))))
(register "thrower" $thrower)

(module
  (type $taking (func (param i32)))
  (import "thrower" "throw" (func $foreign (param i32)))
  (import "thrower" "fail" (func $fail (param i32) (result i32)))
  (import "thrower" "e" (tag $e (param i32)))
  (tag $own (param i32))
  (tag $long (param i64))
  (table $kept 3 exnref)
  (global $latest (mut exnref) (ref.null exn))

  (func $throw (param i32) (throw $own (local.get 0)))

  ;; The exception with a number, as its handler gets it.
  (func $caught (param i32) (result exnref)
    (local $reference exnref)
    (block $handler (result i32 exnref)
      (try_table (catch_ref $own $handler) (call $throw (local.get 0)))
      (unreachable))
    (local.set $reference)
    (drop)
    (local.get $reference))

  ;; The number of an exception.
  (func $number (param exnref) (result i32)
    (block $handler (result i32)
      (try_table (catch $own $handler) (throw_ref (local.get 0)))
      (unreachable)))

  ;; As a destructor does that throws and catches while an exception is on its way.
  (func $cleanup (param i32) (drop (call $number (call $caught (local.get 0)))))

  (func (export "nested") (param i32 i32) (result i32)
    (local $outer exnref)
    (block $handler (result i32)
      (try_table (catch $own $handler)
        (block $rethrow (result exnref)
          (try_table (catch_all_ref $rethrow) (call $throw (local.get 0)))
          (unreachable))
        (local.set $outer)
        (call $cleanup (local.get 1))
        (throw_ref (local.get $outer)))
      (unreachable)))

  (func (export "kept") (param i32 i32 i32) (result i32 i32 i32 i32)
    (table.set $kept (i32.const 0) (call $caught (local.get 0)))
    (table.set $kept (i32.const 1) (call $caught (local.get 1)))
    (table.set $kept (i32.const 2) (call $caught (local.get 2)))
    (global.set $latest (table.get $kept (i32.const 2)))
    (call $number (table.get $kept (i32.const 0)))
    (call $number (table.get $kept (i32.const 1)))
    (call $number (table.get $kept (i32.const 2)))
    (call $number (global.get $latest)))

  (func (export "caught") (param i32) (result exnref) (call $caught (local.get 0)))
  (func (export "null") (throw_ref (ref.null exn)))
  (func (export "throw") (param i32) (call $throw (local.get 0)))

  ;; What another instance throws, by a call and by calls that leave no frame.
  (func (export "foreign") (param i32) (result i32)
    (block $handler (result i32)
      (try_table (catch $own $handler) (catch $e $handler) (call $foreign (local.get 0)))
      (unreachable)))
  (func $tail (param i32) (return_call $throw (local.get 0)))
  (func $tails (param i32) (return_call $tail (local.get 0)))
  (func (export "tail") (param i32) (result i32)
    (block $handler (result i32)
      (try_table (catch $own $handler) (call $tails (local.get 0)))
      (unreachable)))

  ;; The nearest handler is that of the caller, not of the function that is left.
  (func $left (param i32) (result i32)
    (block $handler (result i32)
      (try_table (catch $own $handler) (return_call $fails (local.get 0)))
      (unreachable)))
  (func $fails (param i32) (result i32) (call $throw (local.get 0)) (i32.const 0))
  (func (export "left") (param i32) (result i32)
    (block $handler (result i32)
      (try_table (catch $own $handler) (drop (call $left (local.get 0))) (unreachable))
      (unreachable))
    (i32.const 100)
    (i32.add))

  ;; Numbers stay what they are beside a reference, whatever they are.
  (func (export "beside") (param i64) (result i64 i64 i32)
    (local.get 0)
    (block $handler (result i64 exnref)
      (try_table (catch_ref $long $handler) (throw $long (local.get 0)))
      (unreachable))
    (ref.is_null))
  (func (export "below") (param i64) (result i64)
    (local.get 0)
    (block $handler
      (try_table (catch_all $handler) (throw $long (i64.const 5)))))

  ;; In a loop, each iteration throws and catches.
  (func (export "sum") (param $count i32) (result i32)
    (local $sum i32)
    (loop $next
      (block $handler (result i32)
        (try_table (catch $own $handler) (call $throw (local.get $count)))
        (unreachable))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $sum)))

(assert_return (invoke "nested" (i32.const 1) (i32.const 2)) (i32.const 1))
(assert_return (invoke "nested" (i32.const -2) (i32.const -3)) (i32.const -2))
(assert_return
  (invoke "kept" (i32.const 7) (i32.const 8) (i32.const 9))
  (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 9))
(assert_return (invoke "caught" (i32.const 1)) (ref.exn))
(assert_trap (invoke "null") "null exception reference")
(assert_exception (invoke "throw" (i32.const 1)))
(assert_return (invoke "foreign" (i32.const 3)) (i32.const 3))
(assert_return (invoke "tail" (i32.const 4)) (i32.const 4))
(assert_return (invoke "left" (i32.const 4)) (i32.const 104))
(assert_return (invoke "beside" (i64.const -2)) (i64.const -2) (i64.const -2) (i32.const 0))
(assert_return (invoke "beside" (i64.const -3)) (i64.const -3) (i64.const -3) (i32.const 0))
(assert_return (invoke "below" (i64.const -2)) (i64.const -2))
(assert_return (invoke "below" (i64.const -3)) (i64.const -3))
(assert_return (invoke "sum" (i32.const 1000)) (i32.const 500500))
(assert_return (invoke "nested" (i32.const 5) (i32.const 6)) (i32.const 5))

;; Types of the same shape are different where one is a subtype of something.
(module
  (type $t1 (sub (func)))
  (type $t2 (sub $t1 (func)))
  (type $t3 (sub $t2 (func)))
  (func $f2 (type $t2))
  (table funcref (elem $f2))
  (func (export "super") (call_indirect (type $t1) (i32.const 0)))
  (func (export "same") (call_indirect (type $t2) (i32.const 0)))
  (func (export "sub") (call_indirect (type $t3) (i32.const 0))))
(assert_return (invoke "super"))
(assert_return (invoke "same"))
(assert_trap (invoke "sub") "indirect call type mismatch")
