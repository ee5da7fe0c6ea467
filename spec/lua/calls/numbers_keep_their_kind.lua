-- expect: "integer", "float", 7, 7.0
local a, b = funcs.call("spec:echo", 7), funcs.call("spec:echo", 7.0)
return math.type(a), math.type(b), a, b
