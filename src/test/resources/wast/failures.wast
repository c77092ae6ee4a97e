;; Every command from the marked line on ends otherwise than it says.

(module $m
  (memory (export "memory") 1)
  (func (export "one") (result i32) (i32.const 1))
  (func (export "trap") (unreachable)))
;; marked line
(assert_return (invoke "one") (i32.const 2))
(assert_return (invoke "one"))
(assert_return (invoke "one") (either (i32.const 2) (i32.const 3)))
(assert_return (invoke "trap"))
(assert_trap (invoke "one") "unreachable")
(assert_trap (invoke "trap") "integer divide by zero")
(assert_exhaustion (invoke "trap") "call stack exhausted")
(assert_unlinkable (module) "unknown import")
(assert_unlinkable (module (import "a" "b" (func))) "incompatible import type")
(assert_invalid (module) "type mismatch")
(assert_malformed (module binary "\00asm" "\01\00\00\00") "unexpected end")
(assert_trap (module) "unreachable")
(module (import "a" "b" (func)))
(wait $nobody)
(no_such_command)
(get $m "nothing")
