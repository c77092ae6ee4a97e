;; Every command of the script format, each ending as it says.

(module $lib
  (memory (export "memory") 1 2)
  (table (export "table") 2 2 funcref)
  (global $counter (export "counter") (mut i32) (i32.const 5))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "count") (global.set $counter (i32.add (global.get $counter) (i32.const 1))))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "nothing")))

(assert_return (invoke "add" (i32.const -1) (i32.const 0xffff_ffff)) (i32.const -2))
(assert_return (invoke "nothing"))
(assert_return (get "counter") (i32.const 5))
(invoke $lib "count")
(assert_return (get $lib "counter") (i32.const 6))
(assert_trap (invoke "load" (i32.const 65533)) "out of bounds memory access")

(register "lib" $lib)

;; Imports of another instance's function, memory, global and table.
(module $user
  (import "lib" "add" (func $add (param i32 i32) (result i32)))
  (import "lib" "memory" (memory 1))
  (import "lib" "counter" (global $counter (mut i32)))
  (import "lib" "table" (table 2 funcref))
  (import "spectest" "print_i32" (func $print (param i32)))
  (import "spectest" "global_i64" (global $host i64))
  (elem (i32.const 0) $three)
  (data (i32.const 100) "\2a\00\00\00")
  (func $three (result i32) (i32.const 3))
  (func (export "sum") (result i32)
    (call $print (i32.const 1))
    (call $add (global.get $counter) (call_indirect (result i32) (i32.const 0))))
  (func (export "null") (result i32) (call_indirect (result i32) (i32.const 1)))
  (func (export "host") (result i64) (global.get $host))
  (func $deep (export "deep") (call $deep))
  (func (export "unreachable") (unreachable)))

(assert_return (invoke "sum") (i32.const 9))
(assert_return (invoke "host") (i64.const 666))
(assert_return (invoke $lib "load" (i32.const 100)) (i32.const 42))
(assert_trap (invoke "null") "uninitialized element 1")
(assert_trap (invoke "unreachable") "unreachable")
(assert_exhaustion (invoke "deep") "call stack exhausted")

;; A table index that WABT 1.0.32 does not let one leave out.
(module
  (table 3 externref)
  (func (export "size") (result i32) table.size)
  (func (export "get") (param i32) (result externref) (table.get (local.get 0)))
  (func (export "set") (param i32 externref) (table.set (local.get 0) (local.get 1))))
(assert_return (invoke "size") (i32.const 3))
(assert_return (invoke "get" (i32.const 0)) (ref.null extern))
(invoke "set" (i32.const 0) (ref.extern 7))
(assert_return (invoke "get" (i32.const 0)) (ref.extern 7))

;; Other ways to write a module down.
(module binary "\00asm" "\01\00\00\00")
(module quote "(func (export \"four\") (result i32) " "(i32.const 4))")
(assert_return (invoke "four") (i32.const 4))
(module definition $def
  (global $g (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (global.get $g)))
(module instance $one $def)
(module instance $two $def)
(assert_return (invoke $one "next") (i32.const 1))
(assert_return (invoke $one "next") (i32.const 2))
(assert_return (invoke $two "next") (i32.const 1))

;; Modules that must not come to be.
(assert_malformed (module binary "\00asm" "\02\00\00\00") "unknown binary version")
(assert_malformed (module quote "(func") "unexpected end")
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_invalid (module (func) (export "a" (func 0)) (export "a" (func 0))) "duplicate export name")
(assert_unlinkable (module (import "lib" "nowhere" (func))) "unknown import")
(assert_unlinkable (module (import "lib" "add" (func))) "incompatible import type")
(assert_unlinkable (module (import "lib" "memory" (memory 3))) "incompatible import type")
(assert_uninstantiable (module (func $f (unreachable)) (start $f)) "unreachable")
(assert_trap (module (memory 1) (data (i32.const 65536) "a")) "out of bounds memory access")
