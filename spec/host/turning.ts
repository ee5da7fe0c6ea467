/**
 * A component with a resource: `make` gives one, method `turn` counts down from its argument, 0 for ever.
 *
 * @param dtor text that makes the core instance `$dtor`, whose export `dtor` is the destructor
 * @param answer of `turn`, an instruction; its local 0 is the rep
 */
export function turningResource(dtor: string, answer: string): string {
  return `(component
  ${dtor}
  (type $own (resource (rep i32) (dtor (core func $dtor "dtor"))))
  (export $r "r" (type $own))
  (core func $new (canon resource.new $own))
  (core module $module
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "turn") (param i32 i32) (result i32)
      (loop $more
        (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
        (br_if $more (local.get 1)))
      ${answer}))
  (core instance $i (instantiate $module (with "" (instance (export "new" (func $new))))))
  (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
  (func (export "[method]r.turn") (param "self" (borrow $r)) (param "times" u32) (result u32)
    (canon lift (core func $i "turn"))))`;
}
