-- expect: "error is protected", "int64 is protected", "resource is protected"
local counter = funcs.call("spec:new_counter")
return getmetatable(errors.new("x")), getmetatable(int64.new(1)), getmetatable(counter)
