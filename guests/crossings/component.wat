;; Strings that cross between components of different encodings. Each relay receives in its encoding, calls the next with
;; the same encoding, and hands the answer back, so a string is lifted and lowered at every border:
;;
;;   host > utf8 > utf16 > latin1+utf16 > utf8 > latin1+utf16 > utf16 > utf8, where it turns round: all six pairs, both ways.
;;
;;   world crossings {
;;     export around: func(s: string) -> string;
;;     export around-list: func(v: list<string>) -> list<string>;
;;     export refuse: func(s: string) -> string;        // the last component traps: every one before it is gone too
;;   }
(component $crossings
  (core module $heap
    (memory (export "memory") 1)
    (global $heap_base i32 (i32.const 64))
    (global $heap (mut i32) (i32.const 64))

    ;; A bump allocator, emptied after each call. A block at the end of the heap changes size in place.
    (func (export "realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
      (local $ptr i32) (local $end i32)
      (if (i32.and (i32.ne (local.get $old_size) (i32.const 0))
                   (i32.eq (i32.add (local.get $old) (local.get $old_size)) (global.get $heap)))
        (then (global.set $heap (local.get $old))))
      (local.set $ptr
        (i32.and (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
                 (i32.sub (i32.const 0) (local.get $align))))
      (local.set $end (i32.add (local.get $ptr) (local.get $size)))
      (if (i32.lt_u (local.get $end) (local.get $ptr)) (then unreachable))
      (loop $grow
        (if (i64.gt_u (i64.extend_i32_u (local.get $end)) (i64.shl (i64.extend_i32_u (memory.size)) (i64.const 16)))
          (then
            (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
            (br $grow))))
      (global.set $heap (local.get $end))
      (if (i32.ne (local.get $ptr) (local.get $old))
        (then
          (memory.copy (local.get $ptr) (local.get $old)
            (select (local.get $old_size) (local.get $size) (i32.lt_u (local.get $old_size) (local.get $size))))))
      (local.get $ptr))

    (func (export "reset") (param i32) (global.set $heap (global.get $heap_base))))

  ;; Results are written at 0 by the callee's border.
  (core module $relay
    (import "next" "string" (func $string (param i32 i32 i32)))
    (import "next" "list" (func $list (param i32 i32 i32)))
    (import "next" "refuse" (func $refuse (param i32 i32 i32)))
    (func (export "string") (param i32 i32) (result i32)
      (call $string (local.get 0) (local.get 1) (i32.const 0)) (i32.const 0))
    (func (export "list") (param i32 i32) (result i32)
      (call $list (local.get 0) (local.get 1) (i32.const 0)) (i32.const 0))
    (func (export "refuse") (param i32 i32) (result i32)
      (call $refuse (local.get 0) (local.get 1) (i32.const 0)) (i32.const 0)))

  (core module $end
    (import "heap" "memory" (memory 1))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 0) (local.get 0))
      (i32.store (i32.const 4) (local.get 1))
      (i32.const 0))
    (func (export "refuse") (param i32 i32) (result i32) unreachable))

  (component $end_utf8
    (core instance $heap (instantiate $heap))
    (core instance $end (instantiate $end (with "heap" (instance $heap))))
    (func (export "string") (param "s" string) (result string)
      (canon lift (core func $end "echo") (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "list") (param "v" (list string)) (result (list string))
      (canon lift (core func $end "echo") (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "refuse") (param "s" string) (result string)
      (canon lift (core func $end "refuse") (memory $heap "memory") (realloc (func $heap "realloc")))))

  (component $relay_utf8
    (import "next" (instance $next
      (export "string" (func (param "s" string) (result string)))
      (export "list" (func (param "v" (list string)) (result (list string))))
      (export "refuse" (func (param "s" string) (result string)))))
    (core instance $heap (instantiate $heap))
    (core func $string
      (canon lower (func $next "string") string-encoding=utf8 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core func $list
      (canon lower (func $next "list") string-encoding=utf8 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core func $refuse
      (canon lower (func $next "refuse") string-encoding=utf8 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core instance $relay (instantiate $relay (with "next" (instance
      (export "string" (func $string)) (export "list" (func $list)) (export "refuse" (func $refuse))))))
    (func (export "string") (param "s" string) (result string)
      (canon lift (core func $relay "string") string-encoding=utf8 (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "list") (param "v" (list string)) (result (list string))
      (canon lift (core func $relay "list") string-encoding=utf8 (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "refuse") (param "s" string) (result string)
      (canon lift (core func $relay "refuse") string-encoding=utf8 (memory $heap "memory") (realloc (func $heap "realloc")))))

  (component $relay_utf16
    (import "next" (instance $next
      (export "string" (func (param "s" string) (result string)))
      (export "list" (func (param "v" (list string)) (result (list string))))
      (export "refuse" (func (param "s" string) (result string)))))
    (core instance $heap (instantiate $heap))
    (core func $string
      (canon lower (func $next "string") string-encoding=utf16 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core func $list
      (canon lower (func $next "list") string-encoding=utf16 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core func $refuse
      (canon lower (func $next "refuse") string-encoding=utf16 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core instance $relay (instantiate $relay (with "next" (instance
      (export "string" (func $string)) (export "list" (func $list)) (export "refuse" (func $refuse))))))
    (func (export "string") (param "s" string) (result string)
      (canon lift (core func $relay "string") string-encoding=utf16 (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "list") (param "v" (list string)) (result (list string))
      (canon lift (core func $relay "list") string-encoding=utf16 (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "refuse") (param "s" string) (result string)
      (canon lift (core func $relay "refuse") string-encoding=utf16 (memory $heap "memory") (realloc (func $heap "realloc")))))

  (component $relay_latin1
    (import "next" (instance $next
      (export "string" (func (param "s" string) (result string)))
      (export "list" (func (param "v" (list string)) (result (list string))))
      (export "refuse" (func (param "s" string) (result string)))))
    (core instance $heap (instantiate $heap))
    (core func $string
      (canon lower (func $next "string") string-encoding=latin1+utf16 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core func $list
      (canon lower (func $next "list") string-encoding=latin1+utf16 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core func $refuse
      (canon lower (func $next "refuse") string-encoding=latin1+utf16 (memory $heap "memory") (realloc (func $heap "realloc"))))
    (core instance $relay (instantiate $relay (with "next" (instance
      (export "string" (func $string)) (export "list" (func $list)) (export "refuse" (func $refuse))))))
    (func (export "string") (param "s" string) (result string)
      (canon lift (core func $relay "string") string-encoding=latin1+utf16 (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "list") (param "v" (list string)) (result (list string))
      (canon lift (core func $relay "list") string-encoding=latin1+utf16 (memory $heap "memory") (realloc (func $heap "realloc"))
        (post-return (func $heap "reset"))))
    (func (export "refuse") (param "s" string) (result string)
      (canon lift (core func $relay "refuse") string-encoding=latin1+utf16 (memory $heap "memory") (realloc (func $heap "realloc")))))

  (instance $i7 (instantiate $end_utf8))
  (instance $i6 (instantiate $relay_utf16 (with "next" (instance $i7))))
  (instance $i5 (instantiate $relay_latin1 (with "next" (instance $i6))))
  (instance $i4 (instantiate $relay_utf8 (with "next" (instance $i5))))
  (instance $i3 (instantiate $relay_latin1 (with "next" (instance $i4))))
  (instance $i2 (instantiate $relay_utf16 (with "next" (instance $i3))))
  (instance $i1 (instantiate $relay_utf8 (with "next" (instance $i2))))

  (export "around" (func $i1 "string"))
  (export "around-list" (func $i1 "list"))
  (export "refuse" (func $i1 "refuse")))
