;; How modules and components can be put together: start functions, shared memories, tables and globals, one module or
;; component instantiated twice, aliases outwards, and a resource that crosses from one nested component to another.
;;
;;   world linked {
;;     export first-count: func() -> u32;       // 40 from a start function; each bump adds one
;;     export bump-first: func() -> u32;
;;     export second-count: func() -> u32;      // the same module, another instance
;;     export bump-second: func() -> u32;
;;     export call-slot: func(slot: u32) -> u32;   // 1: 101, 2: 202, 3: the first count; 0 and others trap
;;     export word: func() -> string;              // "start", written to memory by a start function
;;     export moonwit:linked/a@1.0.0;              // two instances of one library: two distinct resource types
;;     export moonwit:linked/b@1.0.0;
;;     export moonwit:linked/users@1.0.0;          // uses the counters of `a`
;;   }
;;   interface a, b {
;;     resource counter { constructor(start: u32); next: func() -> u32; }
;;     live: func() -> u32;
;;   }
;;   interface users {
;;     use a.{counter};
;;     count-up: func(start: u32, times: u32) -> u32;  // makes one, calls it, drops it
;;     lend: func(c: borrow<counter>) -> u32;          // calls it once
;;     take: func(c: counter) -> u32;                  // calls it once and drops it
;;     give: func(start: u32) -> counter;
;;     leak: func(c: borrow<counter>);                 // forgets to drop the borrow: a trap
;;   }
(component $linked
  (type $u32_function (func (result u32)))

  ;; --- core modules -------------------------------------------------------------------------------------------------
  (core module $state
    (memory (export "memory") 1)
    (global $count (export "count") (mut i32) (i32.const 0))
    (func $begin
      (global.set $count (i32.const 40))
      (i64.store (i32.const 16) (i64.const 0x7472617473)))                    ;; "start"
    (start $begin)
    (func (export "read") (result i32) (global.get $count))
    (func (export "bump") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (global.get $count)))

  (core module $table (table (export "slots") 5 funcref))

  ;; Fills the table from its start function and from an element segment.
  (core module $filler
    (import "table" "slots" (table $slots 5 funcref))
    (import "state" "read" (func $read (result i32)))
    (func $one (result i32) (i32.const 101))
    (func $two (result i32) (i32.const 202))
    (elem (table $slots) (i32.const 1) func $one $two)
    (elem declare func $read)
    (func $begin (table.set $slots (i32.const 3) (ref.func $read)))
    (start $begin))

  (core module $main
    (import "table" "slots" (table $slots 5 funcref))
    (import "state" "memory" (memory 1))
    (import "state" "count" (global $count (mut i32)))
    (func (export "call-slot") (param i32) (result i32) (call_indirect $slots (result i32) (local.get 0)))
    (func (export "word") (result i32)
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 5))
      (i32.const 0)))

  (core instance $first (instantiate $state))
  (core instance $second (instantiate $state))
  (core instance $table (instantiate $table))
  (core instance $filler (instantiate $filler
    (with "table" (instance $table))
    (with "state" (instance (export "read" (func $first "read"))))))
  (core instance $main (instantiate $main (with "table" (instance $table)) (with "state" (instance $first))))

  (func (export "first-count") (type $u32_function) (canon lift (core func $first "read")))
  (func (export "bump-first") (type $u32_function) (canon lift (core func $first "bump")))
  (func (export "second-count") (type $u32_function) (canon lift (core func $second "read")))
  (func (export "bump-second") (type $u32_function) (canon lift (core func $second "bump")))
  (func (export "call-slot") (param "slot" u32) (result u32) (canon lift (core func $main "call-slot")))
  (func (export "word") (result string) (canon lift (core func $main "word") (memory $first "memory")))

  ;; --- a library, instantiated twice --------------------------------------------------------------------------------
  (component $library
    (alias outer $linked $u32_function (type $live_type))

    (core module $store
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 16))
      (global $live (mut i32) (i32.const 0))
      (func (export "make") (param $start i32) (result i32)
        (global.set $live (i32.add (global.get $live) (i32.const 1)))
        (global.set $next (i32.add (global.get $next) (i32.const 4)))
        (i32.store (global.get $next) (local.get $start))
        (global.get $next))
      (func (export "destroy") (param i32)
        (global.set $live (i32.sub (global.get $live) (i32.const 1))))
      (func (export "live") (result i32) (global.get $live)))
    (core instance $store (instantiate $store))

    (type $counter' (resource (rep i32) (dtor (func $store "destroy"))))
    (core func $new (canon resource.new $counter'))

    (core module $api
      (import "store" "memory" (memory 1))
      (import "store" "make" (func $make (param i32) (result i32)))
      (import "handles" "new" (func $new (param i32) (result i32)))
      (func (export "construct") (param i32) (result i32) (call $new (call $make (local.get 0))))
      (func (export "next") (param $self i32) (result i32)
        (i32.store (local.get $self) (i32.add (i32.load (local.get $self)) (i32.const 1)))
        (i32.load (local.get $self))))
    (core instance $api (instantiate $api
      (with "store" (instance $store))
      (with "handles" (instance (export "new" (func $new))))))

    (export $counter "counter" (type $counter'))
    (func (export "[constructor]counter") (param "start" u32) (result (own $counter))
      (canon lift (core func $api "construct")))
    (func (export "[method]counter.next") (param "self" (borrow $counter)) (result u32)
      (canon lift (core func $api "next")))
    (func (export "live") (type $live_type) (canon lift (core func $store "live"))))

  (instance $a' (instantiate $library))
  (instance $b' (instantiate $library))
  (export $a "moonwit:linked/a@1.0.0" (instance $a'))
  (export "moonwit:linked/b@1.0.0" (instance $b'))

  ;; --- its user -----------------------------------------------------------------------------------------------------
  (component $user
    (import "counters" (instance $counters
      (export "counter" (type $counter (sub resource)))
      (export "[constructor]counter" (func (param "start" u32) (result (own $counter))))
      (export "[method]counter.next" (func (param "self" (borrow $counter)) (result u32)))))
    (alias export $counters "counter" (type $counter))
    (core func $construct (canon lower (func $counters "[constructor]counter")))
    (core func $next (canon lower (func $counters "[method]counter.next")))
    (core func $drop (canon resource.drop $counter))

    (core module $main
      (import "counters" "construct" (func $construct (param i32) (result i32)))
      (import "counters" "next" (func $next (param i32) (result i32)))
      (import "counters" "drop" (func $drop (param i32)))
      (func (export "count-up") (param $start i32) (param $times i32) (result i32)
        (local $counter i32) (local $last i32)
        (local.set $last (local.get $start))
        (local.set $counter (call $construct (local.get $start)))
        (block $done
          (loop $again
            (br_if $done (i32.eqz (local.get $times)))
            (local.set $last (call $next (local.get $counter)))
            (local.set $times (i32.sub (local.get $times) (i32.const 1)))
            (br $again)))
        (call $drop (local.get $counter))
        (local.get $last))
      (func (export "use-once") (param $counter i32) (result i32)
        (call $next (local.get $counter))
        (call $drop (local.get $counter)))
      (func (export "give") (param i32) (result i32) (call $construct (local.get 0)))
      (func (export "leak") (param i32)))
    (core instance $main (instantiate $main (with "counters" (instance
      (export "construct" (func $construct)) (export "next" (func $next)) (export "drop" (func $drop))))))

    (export $counter_out "counter" (type $counter))
    (func (export "count-up") (param "start" u32) (param "times" u32) (result u32)
      (canon lift (core func $main "count-up")))
    (func (export "lend") (param "c" (borrow $counter_out)) (result u32) (canon lift (core func $main "use-once")))
    (func (export "take") (param "c" (own $counter_out)) (result u32) (canon lift (core func $main "use-once")))
    (func (export "give") (param "start" u32) (result (own $counter_out)) (canon lift (core func $main "give")))
    (func (export "leak") (param "c" (borrow $counter_out)) (canon lift (core func $main "leak"))))

  (instance $users (instantiate $user (with "counters" (instance $a))))
  (export "moonwit:linked/users@1.0.0" (instance $users)))
