;; Strings in the encoding latin1+utf16. The caller chooses per string: Latin-1 bytes when every code point is below
;; 256, else UTF-16, told by the top bit of the length. Strings come back under the tag they arrived with.
;;
;;   package moonwit:echo-latin1;
;;   world echo-latin1 {
;;     export echo-string: func(s: string) -> string;
;;     export echo-strings: func(v: list<string>) -> list<string>;
;;     export describe: func(s: string) -> tuple<bool, u32>;     // is it UTF-16, and how many code units
;;     export latin1-literal: func() -> string;                  // "café ÿ" as Latin-1
;;     export utf16-literal: func() -> string;                   // "π 😀 ÿ" as UTF-16
;;     export utf16-narrow: func() -> string;                    // "abc" as UTF-16, which Latin-1 could hold
;;     export live-bytes: func() -> u32;                         // allocated and not yet given back
;;   }
(component $echo_latin1
  (core module $main
    (memory (export "memory") 1)

    ;; 0..15: where results with more than one core value are written
    (data (i32.const 16) "caf\e9 \ff")
    (data (i32.const 32) "\c0\03\20\00\3d\d8\00\de\20\00\ff\00")
    (data (i32.const 48) "a\00b\00c\00")

    (global $heap_base i32 (i32.const 1024))
    (global $heap (mut i32) (i32.const 1024))

    ;; A bump allocator; everything is given back after the call. A block at the end of the heap changes size in place.
    (func $realloc (export "realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32)
      (result i32)
      (local $ptr i32) (local $end i32)
      (if (i32.and (i32.ne (local.get $old_size) (i32.const 0))
                   (i32.eq (i32.add (local.get $old) (local.get $old_size)) (global.get $heap)))
        (then (global.set $heap (local.get $old))))
      (local.set $ptr
        (i32.and (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
                 (i32.sub (i32.const 0) (local.get $align))))
      (local.set $end (i32.add (local.get $ptr) (local.get $size)))
      (if (i32.lt_u (local.get $end) (local.get $ptr)) (then unreachable))
      (block $fits
        (loop $grow
          (br_if $fits (i64.le_u (i64.extend_i32_u (local.get $end))
                                 (i64.shl (i64.extend_i32_u (memory.size)) (i64.const 16))))
          (if (i32.eq (memory.grow (i32.add (i32.shr_u (i32.sub (local.get $end)
                                                                (i32.shl (memory.size) (i32.const 16)))
                                                       (i32.const 16))
                                            (i32.const 1)))
                      (i32.const -1))
            (then unreachable))
          (br $grow)))
      (global.set $heap (local.get $end))
      (if (i32.ne (local.get $ptr) (local.get $old))
        (then
          (memory.copy (local.get $ptr) (local.get $old)
            (select (local.get $old_size) (local.get $size) (i32.lt_u (local.get $old_size) (local.get $size))))))
      (local.get $ptr))

    (func $pair (param $first i32) (param $second i32) (result i32)
      (i32.store (i32.const 0) (local.get $first))
      (i32.store (i32.const 4) (local.get $second))
      (i32.const 0))

    (func (export "echo") (param $ptr i32) (param $length i32) (result i32)
      (call $pair (local.get $ptr) (local.get $length)))

    (func (export "describe") (param $ptr i32) (param $length i32) (result i32)
      (i32.store (i32.const 0) (i32.shr_u (local.get $length) (i32.const 31)))
      (i32.store (i32.const 4) (i32.and (local.get $length) (i32.const 0x7fffffff)))
      (i32.const 0))

    (func (export "latin1-literal") (result i32) (call $pair (i32.const 16) (i32.const 6)))
    (func (export "utf16-literal") (result i32) (call $pair (i32.const 32) (i32.const 0x80000006)))
    (func (export "utf16-narrow") (result i32) (call $pair (i32.const 48) (i32.const 0x80000003)))

    (func (export "live-bytes") (result i32) (i32.sub (global.get $heap) (global.get $heap_base)))

    (func (export "post") (param i32) (global.set $heap (global.get $heap_base))))

  (core instance $main (instantiate $main))
  (alias core export $main "memory" (core memory $memory))
  (alias core export $main "realloc" (core func $realloc))
  (alias core export $main "echo" (core func $echo))
  (alias core export $main "describe" (core func $describe))
  (alias core export $main "latin1-literal" (core func $latin1_literal))
  (alias core export $main "utf16-literal" (core func $utf16_literal))
  (alias core export $main "utf16-narrow" (core func $utf16_narrow))
  (alias core export $main "live-bytes" (core func $live_bytes))
  (alias core export $main "post" (core func $post))

  (func (export "echo-string") (param "s" string) (result string)
    (canon lift (core func $echo) string-encoding=latin1+utf16 (memory $memory) (realloc (func $realloc))
      (post-return (func $post))))
  (func (export "echo-strings") (param "v" (list string)) (result (list string))
    (canon lift (core func $echo) string-encoding=latin1+utf16 (memory $memory) (realloc (func $realloc))
      (post-return (func $post))))
  (func (export "describe") (param "s" string) (result (tuple bool u32))
    (canon lift (core func $describe) string-encoding=latin1+utf16 (memory $memory) (realloc (func $realloc))
      (post-return (func $post))))
  (func (export "latin1-literal") (result string)
    (canon lift (core func $latin1_literal) string-encoding=latin1+utf16 (memory $memory)))
  (func (export "utf16-literal") (result string)
    (canon lift (core func $utf16_literal) string-encoding=latin1+utf16 (memory $memory)))
  (func (export "utf16-narrow") (result string)
    (canon lift (core func $utf16_narrow) string-encoding=latin1+utf16 (memory $memory)))
  (func (export "live-bytes") (result u32) (canon lift (core func $live_bytes))))
