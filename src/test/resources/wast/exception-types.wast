;; The types of references to exceptions: whether one may be null, and the type of none.

(module
  (tag $e (param i32))
  (type $kept (array (mut (ref null exn))))
  (type $pair (struct (field (mut nullexnref)) (field (ref exn))))
  (global $none nullexnref (ref.null noexn))
  (table $table exnref (elem (ref.null noexn) (ref.null exn)))
  (elem nullexnref (ref.null noexn))

  (func $throw (param i32) (throw $e (local.get 0)))

  (func $caught (param i32) (result (ref exn))
    (block $handler (result (ref exn))
      (try_table (catch_all_ref $handler) (call $throw (local.get 0)))
      (unreachable)))

  (func $payload (param (ref exn)) (result i32)
    (block $handler (result i32)
      (try_table (catch $e $handler) (throw_ref (local.get 0)))
      (i32.const -1)))

  (func $isNull (param nullexnref) (result i32) (local $copy (ref null noexn))
    (local.set $copy (local.get 0))
    (ref.is_null (local.get $copy)))

  (func (export "none") (result i32)
    (i32.and (call $isNull (global.get $none)) (call $isNull (ref.null noexn))))

  (func (export "thrown") (param i32) (result i32) (local $kept (ref exn))
    (local.set $kept (call $caught (local.get 0)))
    (call $payload (local.get $kept)))

  (func (export "catch-ref") (param i32) (result i32 i32)
    (block $handler (result i32 (ref exn))
      (try_table (catch_ref $e $handler) (call $throw (local.get 0)))
      (unreachable))
    (call $payload))

  (func (export "nullable") (param i32) (result i32) (local $kept exnref)
    (if (local.get 0) (then (local.set $kept (call $caught (local.get 0)))))
    (block $some (result (ref exn))
      (br_on_non_null $some (local.get $kept))
      (return (i32.const 0)))
    (call $payload))

  (func (export "as-non-null") (result i32) (local $kept exnref)
    (call $payload (ref.as_non_null (local.get $kept))))

  (func (export "in-table") (param i32) (result i32)
    (table.set $table (i32.const 1) (call $caught (local.get 0)))
    (call $payload
      (ref.as_non_null
        (select (result exnref)
          (table.get $table (i32.const 1)) (table.get $table (i32.const 0)) (i32.const 1)))))

  (func (export "in-array") (param i32) (result i32) (local $kept (ref $kept))
    (local.set $kept (array.new $kept (ref.null noexn) (i32.const 2)))
    (array.set $kept (local.get $kept) (i32.const 1) (call $caught (local.get 0)))
    (call $payload (ref.as_non_null (array.get $kept (local.get $kept) (i32.const 1)))))

  (func (export "in-struct") (param i32) (result i32)
    (call $payload
      (struct.get $pair 1 (struct.new $pair (ref.null noexn) (call $caught (local.get 0)))))))

(assert_return (invoke "none") (i32.const 1))
(assert_return (invoke "thrown" (i32.const 3)) (i32.const 3))
(assert_return (invoke "catch-ref" (i32.const 4)) (i32.const 4) (i32.const 4))
(assert_return (invoke "nullable" (i32.const 0)) (i32.const 0))
(assert_return (invoke "nullable" (i32.const 5)) (i32.const 5))
(assert_trap (invoke "as-non-null") "null reference")
(assert_return (invoke "in-table" (i32.const 6)) (i32.const 6))
(assert_return (invoke "in-array" (i32.const 7)) (i32.const 7))
(assert_return (invoke "in-struct" (i32.const 8)) (i32.const 8))

(assert_invalid
  (module (func (param nullexnref) (result i32) (local.get 0)))
  "type mismatch")
(assert_invalid
  (module (func (param (ref exn)) (result funcref) (local.get 0)))
  "type mismatch")
