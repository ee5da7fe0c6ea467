;; A guest that mishandles its own handles, one way per export. "thing" is a resource that counts its destructor's runs;
;; "bomb" has a destructor that traps. Exports marked "legal" answer; every other one must trap.
(component $fail_handles
  ;; The destructors live in a module of their own: the resource types need them before the main module is linked.
  (core module $destructors
    (global $destroyed (mut i32) (i32.const 0))
    (func (export "thing-dtor") (param i32)
      (global.set $destroyed (i32.add (global.get $destroyed) (i32.const 1))))
    (func (export "bomb-dtor") (param i32) unreachable)
    (func (export "destroyed") (result i32) (global.get $destroyed)))
  (core instance $destructors (instantiate $destructors))

  (type $thing' (resource (rep i32) (dtor (func $destructors "thing-dtor"))))
  (type $bomb' (resource (rep i32) (dtor (func $destructors "bomb-dtor"))))
  (core func $thing_new (canon resource.new $thing'))
  (core func $thing_rep (canon resource.rep $thing'))
  (core func $thing_drop (canon resource.drop $thing'))
  (core func $bomb_new (canon resource.new $bomb'))
  (core func $bomb_drop (canon resource.drop $bomb'))

  (core module $main
    (import "thing" "new" (func $thing_new (param i32) (result i32)))
    (import "thing" "rep" (func $thing_rep (param i32) (result i32)))
    (import "thing" "drop" (func $thing_drop (param i32)))
    (import "bomb" "new" (func $bomb_new (param i32) (result i32)))
    (import "bomb" "drop" (func $bomb_drop (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "ok")

    (func $pair (param $first i32) (param $second i32) (result i32)
      (i32.store (i32.const 0) (local.get $first))
      (i32.store (i32.const 4) (local.get $second))
      (i32.const 0))

    (func (export "make") (param i32) (result i32) (call $thing_new (local.get 0)))
    (func (export "make-bomb") (result i32) (call $bomb_new (i32.const 0)))
    (func (export "rep-of") (param i32) (result i32) (local.get 0))       ;; a borrow of an own resource is its rep
    (func (export "consume") (param i32) (call $thing_drop (local.get 0)))
    (func (export "forget") (param i32))
    (func (export "take-list") (param i32 i32) (result i32) (local.get 1))

    (func (export "unknown-handle") (result i32) (i32.const 99))
    (func (export "zero-handle") (result i32) (i32.const 0))
    (func (export "huge-handle") (result i32) (i32.const -1))
    (func (export "dropped-handle") (result i32) (local $h i32)
      (local.set $h (call $thing_new (i32.const 1)))
      (call $thing_drop (local.get $h))
      (local.get $h))
    (func (export "same-handle-twice") (result i32) (local $h i32)
      (local.set $h (call $thing_new (i32.const 1)))
      (call $pair (local.get $h) (local.get $h)))
    (func (export "two-handles") (result i32)
      (call $pair (call $thing_new (i32.const 1)) (call $thing_new (i32.const 2))))
    (func (export "handle-of-another-type") (result i32) (call $bomb_new (i32.const 1)))
    (func (export "drop-unknown") (call $thing_drop (i32.const 99)))
    (func (export "drop-twice") (local $h i32)
      (local.set $h (call $thing_new (i32.const 1)))
      (call $thing_drop (local.get $h))
      (call $thing_drop (local.get $h)))
    (func (export "drop-another-type") (call $bomb_drop (call $thing_new (i32.const 1))))
    (func (export "rep-of-unknown") (drop (call $thing_rep (i32.const 99))))
    (func (export "rep-of-another-type") (drop (call $thing_rep (call $bomb_new (i32.const 1)))))
    (func (export "drop-bomb") (call $bomb_drop (call $bomb_new (i32.const 1))))

    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "realloc-that-leaves") (param i32 i32 i32 i32) (result i32)
      (drop (call $thing_new (i32.const 1)))
      (i32.const 1024))
    (func (export "take") (param i32 i32))
    (func (export "text") (result i32) (call $pair (i32.const 16) (i32.const 2)))
    (func (export "post-that-leaves") (param i32) (drop (call $thing_new (i32.const 1)))))

  (core instance $main (instantiate $main
    (with "thing" (instance
      (export "new" (func $thing_new)) (export "rep" (func $thing_rep)) (export "drop" (func $thing_drop))))
    (with "bomb" (instance (export "new" (func $bomb_new)) (export "drop" (func $bomb_drop))))))

  (export $thing "thing" (type $thing'))
  (export $bomb "bomb" (type $bomb'))

  ;; Legal.
  (func (export "make") (param "rep" u32) (result (own $thing)) (canon lift (core func $main "make")))
  (func (export "make-bomb") (result (own $bomb)) (canon lift (core func $main "make-bomb")))
  (func (export "rep-of") (param "t" (borrow $thing)) (result u32) (canon lift (core func $main "rep-of")))
  (func (export "consume") (param "t" (own $thing)) (canon lift (core func $main "consume")))
  (func (export "forget") (param "t" (own $thing)) (canon lift (core func $main "forget")))
  (func (export "take-list") (param "v" (list (own $thing))) (result u32)
    (canon lift (core func $main "take-list") (memory $main "memory") (realloc (func $main "realloc"))))
  (func (export "two-handles") (result (tuple (own $thing) (own $thing)))
    (canon lift (core func $main "two-handles") (memory $main "memory")))
  (func (export "destroyed") (result u32) (canon lift (core func $destructors "destroyed")))

  ;; Results that are no handles of theirs.
  (func (export "unknown-handle") (result (own $thing)) (canon lift (core func $main "unknown-handle")))
  (func (export "zero-handle") (result (own $thing)) (canon lift (core func $main "zero-handle")))
  (func (export "huge-handle") (result (own $thing)) (canon lift (core func $main "huge-handle")))
  (func (export "dropped-handle") (result (own $thing)) (canon lift (core func $main "dropped-handle")))
  (func (export "same-handle-twice") (result (tuple (own $thing) (own $thing)))
    (canon lift (core func $main "same-handle-twice") (memory $main "memory")))
  (func (export "handle-of-another-type") (result (own $thing))
    (canon lift (core func $main "handle-of-another-type")))

  ;; Calls of resource.drop and resource.rep.
  (func (export "drop-unknown") (canon lift (core func $main "drop-unknown")))
  (func (export "drop-twice") (canon lift (core func $main "drop-twice")))
  (func (export "drop-another-type") (canon lift (core func $main "drop-another-type")))
  (func (export "rep-of-unknown") (canon lift (core func $main "rep-of-unknown")))
  (func (export "rep-of-another-type") (canon lift (core func $main "rep-of-another-type")))
  (func (export "drop-bomb") (canon lift (core func $main "drop-bomb")))

  ;; Leaving the component while the host lowers, or after the result was read.
  (func (export "realloc-that-leaves") (param "s" string)
    (canon lift (core func $main "take") (memory $main "memory") (realloc (func $main "realloc-that-leaves"))))
  (func (export "post-return-that-leaves") (result string)
    (canon lift (core func $main "text") (memory $main "memory") (post-return (func $main "post-that-leaves")))))
