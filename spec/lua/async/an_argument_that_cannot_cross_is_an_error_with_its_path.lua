-- expect: nil, "Invalid", "[2].f"
local future, err = funcs.async("spec:echo", {1, {f = print}})
return future, err:kind(), err:details().path
