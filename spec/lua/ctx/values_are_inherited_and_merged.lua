-- expect: {outer = 1, inner = 1, both = "inner"}
return (funcs.new():with_context{outer = 1, both = "outer"}:call("lua:inner_context"))
