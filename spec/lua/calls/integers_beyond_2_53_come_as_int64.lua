-- expect: "userdata", "9007199254740993", "18446744073709551615"
local r = funcs.call("spec:big")
return type(r), tostring(r), tostring((funcs.call("spec:u64_max")))
