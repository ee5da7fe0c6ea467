;; A guest that breaks the rules of the Canonical ABI, one way per export. The exports marked "legal" go as far as the
;; rules allow and answer; every other one must trap. Memory is one page, 65536 bytes, and stays so.
(component $fail_abi
  (core module $main
    (memory (export "memory") 1)
    ;; 0..7: where results with more than one core value are written
    (data (i32.const 32) "\90\00\00\00\02\00\00\00\40\00\00\00\04\00\00\00")  ;; "ok", then the bytes at 64
    (data (i32.const 64) "\61\ff\fe\62")                  ;; a, two bytes that never occur in UTF-8, b
    (data (i32.const 72) "\e2\82")                          ;; the first two of three bytes
    (data (i32.const 80) "\ed\a0\80")                      ;; U+D800 as if it were a character
    (data (i32.const 88) "\c0\80")                          ;; U+0000 in two bytes
    (data (i32.const 96) "a\00a\00")
    (data (i32.const 104) "\00\d8a\00")                    ;; a high surrogate, then "a"
    (data (i32.const 112) "a\00\00\00\ff\db\00\00")       ;; "a", U+DBFF
    (data (i32.const 120) "\00\00\00\00\07\00\00\00\03\00\00\00\00\00\00\00")
    (data (i32.const 144) "ok")
    (data (i32.const 65532) "\00end")

    (func $pair (param $first i32) (param $second i32) (result i32)
      (i32.store (i32.const 0) (local.get $first))
      (i32.store (i32.const 4) (local.get $second))
      (i32.const 0))

    (func (export "string-at-end") (result i32) (call $pair (i32.const 65533) (i32.const 3)))  ;; legal: the last three bytes of memory, "end"
    (func (export "string-one-past-end") (result i32) (call $pair (i32.const 65533) (i32.const 4)))
    (func (export "string-out-of-bounds") (result i32) (call $pair (i32.const 0xfffffff0) (i32.const 8)))
    (func (export "string-wraps-around") (result i32) (call $pair (i32.const 0xfffffff0) (i32.const 0x20)))  ;; pointer plus length is 16 modulo 2^32
    (func (export "string-too-long") (result i32) (call $pair (i32.const 0) (i32.const 0x7fffffff)))
    (func (export "string-invalid-utf8") (result i32) (call $pair (i32.const 64) (i32.const 4)))
    (func (export "string-truncated-utf8") (result i32) (call $pair (i32.const 72) (i32.const 2)))
    (func (export "string-surrogate-utf8") (result i32) (call $pair (i32.const 80) (i32.const 3)))
    (func (export "string-overlong-utf8") (result i32) (call $pair (i32.const 88) (i32.const 2)))
    (func (export "string-in-list-invalid") (result i32) (call $pair (i32.const 32) (i32.const 2)))  ;; the second of two strings is not UTF-8
    (func (export "utf16-unaligned") (result i32) (call $pair (i32.const 97) (i32.const 1)))
    (func (export "utf16-lone-surrogate") (result i32) (call $pair (i32.const 104) (i32.const 2)))
    (func (export "utf16-one-past-end") (result i32) (call $pair (i32.const 65534) (i32.const 2)))
    (func (export "latin1-unaligned") (result i32) (call $pair (i32.const 97) (i32.const 1)))  ;; Latin-1 needs two-byte alignment too
    (func (export "latin1-tagged-lone-surrogate") (result i32) (call $pair (i32.const 104) (i32.const 0x80000002)))
    (func (export "list-at-end") (result i32) (call $pair (i32.const 65532) (i32.const 1)))  ;; legal: the last four bytes of memory
    (func (export "list-one-past-end") (result i32) (call $pair (i32.const 65532) (i32.const 2)))
    (func (export "list-out-of-bounds") (result i32) (call $pair (i32.const 0x10000) (i32.const 1)))
    (func (export "list-unaligned") (result i32) (call $pair (i32.const 2) (i32.const 1)))
    (func (export "list-unaligned-u64") (result i32) (call $pair (i32.const 4) (i32.const 1)))
    (func (export "list-too-long") (result i32) (call $pair (i32.const 0) (i32.const 0x20000001)))  ;; its byte length is 8 modulo 2^32
    (func (export "list-longest") (result i32) (call $pair (i32.const 0) (i32.const 0xffffffff)))
    (func (export "list-empty-at-end") (result i32) (call $pair (i32.const 0x10000) (i32.const 0)))  ;; legal: no element, no byte read
    (func (export "list-empty-past-end") (result i32) (call $pair (i32.const 0x10004) (i32.const 0)))
    (func (export "list-empty-unaligned") (result i32) (call $pair (i32.const 2) (i32.const 0)))
    (func (export "result-area-unaligned") (result i32) (i32.const 2))
    (func (export "result-area-out-of-bounds") (result i32) (i32.const 65532))
    (func (export "char-surrogate") (result i32) (i32.const 0xd800))
    (func (export "char-last-surrogate") (result i32) (i32.const 0xdfff))
    (func (export "char-after-surrogates") (result i32) (i32.const 0xe000))  ;; legal
    (func (export "char-last") (result i32) (i32.const 0x10ffff))  ;; legal
    (func (export "char-too-big") (result i32) (i32.const 0x110000))
    (func (export "char-in-list") (result i32) (call $pair (i32.const 112) (i32.const 2)))  ;; the second of two chars is a surrogate
    (func (export "enum-last") (result i32) (i32.const 2))  ;; legal: blue
    (func (export "enum-discriminant") (result i32) (i32.const 3))
    (func (export "option-discriminant") (result i32) (call $pair (i32.const 2) (i32.const 0)))
    (func (export "result-discriminant") (result i32) (call $pair (i32.const 2) (i32.const 0)))
    (func (export "variant-discriminant") (result i32) (call $pair (i32.const 3) (i32.const 0)))
    (func (export "variant-in-list") (result i32) (call $pair (i32.const 120) (i32.const 2)))  ;; the second of two variants has no such case
    (func (export "bool-two") (result i32) (i32.const 2))  ;; legal: anything but 0 is true
    (func (export "bool-in-memory") (result i32) (call $pair (i32.const 0xff00) (i32.const 0)))  ;; legal: false, true
    (func (export "flags-extra-bits") (result i32) (i32.const 0xfd))  ;; legal: a and c, the bits above are ignored
    (func (export "u8-high-bits") (result i32) (i32.const 0x1ff))  ;; legal: 255
    (func (export "s8-high-bits") (result i32) (i32.const 0x17f))  ;; legal: 127
    (func (export "u16-high-bits") (result i32) (i32.const 0x12345))  ;; legal: 0x2345
    (func (export "f32-nan-payload") (result f32) (f32.const nan:0x200001))  ;; legal: a NaN

    ;; Allocators that answer what they must not. Their parameters: old pointer, old size, alignment, new size.
    (func (export "realloc-out-of-bounds") (param i32 i32 i32 i32) (result i32) (i32.const 0x10000))
    (func (export "realloc-far-out-of-bounds") (param i32 i32 i32 i32) (result i32) (i32.const 0xfffffffc))
    (func (export "realloc-one-past-end") (param i32 i32 i32 i32) (result i32)
      (i32.add (i32.sub (i32.const 0x10000) (local.get 3)) (local.get 2)))
    (func (export "realloc-at-end") (param i32 i32 i32 i32) (result i32)                          ;; legal
      (i32.and (i32.sub (i32.const 0x10000) (local.get 3)) (i32.sub (i32.const 0) (local.get 2))))
    (func (export "realloc-unaligned") (param i32 i32 i32 i32) (result i32) (i32.const 1026))
    (func (export "realloc-traps") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "realloc-zero") (param i32 i32 i32 i32) (result i32) (i32.const 0))             ;; legal

    (func (export "take") (param i32 i32))
    (func (export "echo") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
    (func (export "text") (result i32) (call $pair (i32.const 144) (i32.const 2)))
    (func (export "post-traps") (param i32) unreachable)
    (func (export "post-fine") (param i32)))

  (core instance $main (instantiate $main))
  (alias core export $main "memory" (core memory $memory))

  (type $color' (enum "red" "green" "blue"))
  (export $color "color" (type $color'))
  (type $shape' (variant (case "none") (case "number" u32) (case "other" u32)))
  (export $shape "shape" (type $shape'))
  (type $three' (flags "a" "b" "c"))
  (export $three "three" (type $three'))

  ;; What is lifted from results.
  (func (export "string-at-end") (result string)
    (canon lift (core func $main "string-at-end") (memory $memory)))
  (func (export "string-one-past-end") (result string)
    (canon lift (core func $main "string-one-past-end") (memory $memory)))
  (func (export "string-out-of-bounds") (result string)
    (canon lift (core func $main "string-out-of-bounds") (memory $memory)))
  (func (export "string-wraps-around") (result string)
    (canon lift (core func $main "string-wraps-around") (memory $memory)))
  (func (export "string-too-long") (result string)
    (canon lift (core func $main "string-too-long") (memory $memory)))
  (func (export "string-invalid-utf8") (result string)
    (canon lift (core func $main "string-invalid-utf8") (memory $memory)))
  (func (export "string-truncated-utf8") (result string)
    (canon lift (core func $main "string-truncated-utf8") (memory $memory)))
  (func (export "string-surrogate-utf8") (result string)
    (canon lift (core func $main "string-surrogate-utf8") (memory $memory)))
  (func (export "string-overlong-utf8") (result string)
    (canon lift (core func $main "string-overlong-utf8") (memory $memory)))
  (func (export "string-in-list-invalid") (result (list string))
    (canon lift (core func $main "string-in-list-invalid") (memory $memory)))
  (func (export "utf16-unaligned") (result string)
    (canon lift (core func $main "utf16-unaligned") string-encoding=utf16 (memory $memory)))
  (func (export "utf16-lone-surrogate") (result string)
    (canon lift (core func $main "utf16-lone-surrogate") string-encoding=utf16 (memory $memory)))
  (func (export "utf16-one-past-end") (result string)
    (canon lift (core func $main "utf16-one-past-end") string-encoding=utf16 (memory $memory)))
  (func (export "latin1-unaligned") (result string)
    (canon lift (core func $main "latin1-unaligned") string-encoding=latin1+utf16 (memory $memory)))
  (func (export "latin1-tagged-lone-surrogate") (result string)
    (canon lift (core func $main "latin1-tagged-lone-surrogate") string-encoding=latin1+utf16 (memory $memory)))
  (func (export "list-at-end") (result (list u32))
    (canon lift (core func $main "list-at-end") (memory $memory)))
  (func (export "list-one-past-end") (result (list u32))
    (canon lift (core func $main "list-one-past-end") (memory $memory)))
  (func (export "list-out-of-bounds") (result (list u32))
    (canon lift (core func $main "list-out-of-bounds") (memory $memory)))
  (func (export "list-unaligned") (result (list u32))
    (canon lift (core func $main "list-unaligned") (memory $memory)))
  (func (export "list-unaligned-u64") (result (list u64))
    (canon lift (core func $main "list-unaligned-u64") (memory $memory)))
  (func (export "list-too-long") (result (list u64))
    (canon lift (core func $main "list-too-long") (memory $memory)))
  (func (export "list-longest") (result (list u8))
    (canon lift (core func $main "list-longest") (memory $memory)))
  (func (export "list-empty-at-end") (result (list u32))
    (canon lift (core func $main "list-empty-at-end") (memory $memory)))
  (func (export "list-empty-past-end") (result (list u32))
    (canon lift (core func $main "list-empty-past-end") (memory $memory)))
  (func (export "list-empty-unaligned") (result (list u32))
    (canon lift (core func $main "list-empty-unaligned") (memory $memory)))
  (func (export "result-area-unaligned") (result (tuple u32 u32))
    (canon lift (core func $main "result-area-unaligned") (memory $memory)))
  (func (export "result-area-out-of-bounds") (result (tuple u32 u32))
    (canon lift (core func $main "result-area-out-of-bounds") (memory $memory)))
  (func (export "char-surrogate") (result char)
    (canon lift (core func $main "char-surrogate")))
  (func (export "char-last-surrogate") (result char)
    (canon lift (core func $main "char-last-surrogate")))
  (func (export "char-after-surrogates") (result char)
    (canon lift (core func $main "char-after-surrogates")))
  (func (export "char-last") (result char)
    (canon lift (core func $main "char-last")))
  (func (export "char-too-big") (result char)
    (canon lift (core func $main "char-too-big")))
  (func (export "char-in-list") (result (list char))
    (canon lift (core func $main "char-in-list") (memory $memory)))
  (func (export "enum-last") (result $color)
    (canon lift (core func $main "enum-last")))
  (func (export "enum-discriminant") (result $color)
    (canon lift (core func $main "enum-discriminant")))
  (func (export "option-discriminant") (result (option u32))
    (canon lift (core func $main "option-discriminant") (memory $memory)))
  (func (export "result-discriminant") (result (result u32 (error u32)))
    (canon lift (core func $main "result-discriminant") (memory $memory)))
  (func (export "variant-discriminant") (result $shape)
    (canon lift (core func $main "variant-discriminant") (memory $memory)))
  (func (export "variant-in-list") (result (list $shape))
    (canon lift (core func $main "variant-in-list") (memory $memory)))
  (func (export "bool-two") (result bool)
    (canon lift (core func $main "bool-two")))
  (func (export "bool-in-memory") (result (tuple bool bool))
    (canon lift (core func $main "bool-in-memory") (memory $memory)))
  (func (export "flags-extra-bits") (result $three)
    (canon lift (core func $main "flags-extra-bits")))
  (func (export "u8-high-bits") (result u8)
    (canon lift (core func $main "u8-high-bits")))
  (func (export "s8-high-bits") (result s8)
    (canon lift (core func $main "s8-high-bits")))
  (func (export "u16-high-bits") (result u16)
    (canon lift (core func $main "u16-high-bits")))
  (func (export "f32-nan-payload") (result f32)
    (canon lift (core func $main "f32-nan-payload")))

  ;; What is lowered into parameters.
  (func (export "realloc-out-of-bounds") (param "s" string)
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-out-of-bounds"))))
  (func (export "realloc-out-of-bounds-list") (param "v" (list u32))
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-out-of-bounds"))))
  (func (export "realloc-far-out-of-bounds") (param "s" string)
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-far-out-of-bounds"))))
  (func (export "realloc-far-out-of-bounds-list") (param "v" (list u32))
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-far-out-of-bounds"))))
  (func (export "realloc-one-past-end") (param "s" string)
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-one-past-end"))))
  (func (export "realloc-one-past-end-list") (param "v" (list u32))
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-one-past-end"))))
  (func (export "realloc-traps") (param "s" string)
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-traps"))))
  (func (export "realloc-traps-list") (param "v" (list u32))
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-traps"))))
  (func (export "realloc-unaligned") (param "v" (list u32))
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-unaligned"))))
  (func (export "realloc-unaligned-bytes") (param "v" (list u8)) (result (list u8))          ;; legal: bytes lie anywhere
    (canon lift (core func $main "echo") (memory $memory) (realloc (func $main "realloc-unaligned"))))
  (func (export "realloc-unaligned-utf16") (param "s" string)                                ;; legal: 1026 is even
    (canon lift (core func $main "take") string-encoding=utf16 (memory $memory)
      (realloc (func $main "realloc-unaligned"))))
  (func (export "realloc-at-end") (param "s" string) (result string)                         ;; legal
    (canon lift (core func $main "echo") (memory $memory) (realloc (func $main "realloc-at-end"))))
  (func (export "realloc-zero") (param "s" string)                                           ;; legal
    (canon lift (core func $main "take") (memory $memory) (realloc (func $main "realloc-zero"))))

  ;; What comes after the result.
  (func (export "post-return-traps") (result string)
    (canon lift (core func $main "text") (memory $memory) (post-return (func $main "post-traps"))))
  (func (export "post-return-fine") (result string)                                          ;; legal: "ok"
    (canon lift (core func $main "text") (memory $memory) (post-return (func $main "post-fine")))))
