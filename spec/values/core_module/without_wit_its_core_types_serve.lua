-- expect: 3, 3, 0.75, 0.75, 10.0
return (funcs.call("numbers:add_i32", 1, 2)), (funcs.call("numbers:add_i64", 1, 2)), (funcs.call("numbers:add_f32", 0.25, 0.5)),
  (funcs.call("numbers:add_f64", 0.25, 0.5)), (funcs.call("numbers:mixed", 1, 2, 3, 4))
