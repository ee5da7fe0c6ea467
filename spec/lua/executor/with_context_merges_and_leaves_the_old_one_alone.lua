-- expect: {a = 1, b = 2}, {a = 1}
local first = funcs.new():with_context{a = 1}
local second = first:with_context{b = 2}
return (second:call("spec:context")), (first:call("spec:context"))
