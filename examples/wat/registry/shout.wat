;; Upper case for ASCII letters, in place.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))

  ;; The allocator that strings from outside are written to: it only ever moves up, and grows memory as needed.
  (func $alloc (export "cabi_realloc")
    (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $start i32)
    (local.set $start
      (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.set $next (i32.add (local.get $start) (local.get $size)))
    (block $fits
      (loop $grow
        (br_if $fits
          (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
        (br $grow)))
    (local.get $start))

  ;; A string comes as pointer and length, and goes back as a pointer to both.
  (func (export "shout") (param $text i32) (param $length i32) (result i32)
    (local $at i32)
    (local $byte i32)
    (block $done
      (loop $each
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $byte (i32.load8_u (i32.add (local.get $text) (local.get $at))))
        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 97)) (i32.const 26))
          (then
            (i32.store8
              (i32.add (local.get $text) (local.get $at))
              (i32.sub (local.get $byte) (i32.const 32)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $each)))
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4) (local.get $length))
    (i32.const 0))

  ;; Called when the result has been read: the next call starts with a clean slate.
  (func (export "cabi_post_shout") (param i32)
    (global.set $next (i32.const 1024))))
