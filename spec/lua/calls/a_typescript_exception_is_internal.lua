-- expect: nil, "Internal", "a TypeScript function threw"
local r, err = funcs.call("spec:throw")
return r, err:kind(), err:message()
