;; The smallest guest: no imports, no memory.
;;
;;   answer: func() -> s32;
(module
  (func (export "answer") (result i32)
    i32.const 42
  )
)
