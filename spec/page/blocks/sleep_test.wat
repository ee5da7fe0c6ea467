;; The smallest component that sleeps by wasi:clocks and wasi:io.
(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $p (eq $outer)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $p))))))
  (core module $main
    (import "h" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "h" "block" (func $block (param i32)))
    (import "h" "drop" (func $drop (param i32)))
    (func (export "sleep-ms") (param i64) (result i64)
      (local $p i32)
      (local.set $p (call $subscribe (i64.mul (local.get 0) (i64.const 1000000))))
      (call $block (local.get $p))
      (call $drop (local.get $p))
      (local.get 0)))
  (core func $subscribe (canon lower (func $clock "subscribe-duration")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core func $drop (canon resource.drop $pollable))
  (core instance $i (instantiate $main (with "h" (instance
    (export "subscribe" (func $subscribe)) (export "block" (func $block)) (export "drop" (func $drop))))))
  (func $sleep (param "ms" u64) (result u64) (canon lift (core func $i "sleep-ms")))
  (instance $test (export "sleep-ms" (func $sleep)))
  (export "test-sleep" (instance $test)))
