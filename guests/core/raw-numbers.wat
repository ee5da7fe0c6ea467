;; Every core number type. Needs no WIT: i32 is s32, i64 is s64, f32 and f64 are themselves.
(module
  (func (export "add-i32") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "add-i64") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1)))
  (func (export "add-f32") (param f32 f32) (result f32) (f32.add (local.get 0) (local.get 1)))
  (func (export "add-f64") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1)))
  (func (export "mixed") (param i32 i64 f32 f64) (result f64)
    (f64.add
      (f64.add (f64.convert_i32_s (local.get 0)) (f64.convert_i64_s (local.get 1)))
      (f64.add (f64.promote_f32 (local.get 2)) (local.get 3))))
  (func (export "negative-zero") (result f64) (f64.const -0))
  (func (export "not-a-number") (result f32) (f32.const nan:0x200001))
  (func (export "least-i64") (result i64) (i64.const -9223372036854775808))
  (func (export "nothing"))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "factorial") (param $n i64) (result i64)
    (local $product i64)
    (local.set $product (i64.const 1))
    (block $done
      (loop $again
        (br_if $done (i64.le_s (local.get $n) (i64.const 1)))
        (local.set $product (i64.mul (local.get $product) (local.get $n)))
        (local.set $n (i64.sub (local.get $n) (i64.const 1)))
        (br $again)))
    (local.get $product))
  ;; Two results: what no WIT function has.
  (func (export "two-results") (result i32 i32) (i32.const 1) (i32.const 2)))
