-- expect: "float", 2147483648
local r = funcs.call("spec:echo", 2147483648)
return math.type(r), math.floor(r)
