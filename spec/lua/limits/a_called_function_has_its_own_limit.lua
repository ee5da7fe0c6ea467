-- expect: nil, "Timeout", "lua:loops exceeded its limit of 100000 instructions"
local value, err = funcs.call("lua:loops")
return value, err:kind(), err:message()
