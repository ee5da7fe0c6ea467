-- expect: 5, "table", "string"
local made, refused = funcs.call("counters:try_make", 5), funcs.call("counters:try_make", 1001)
return (made.ok:value()), type(made), type(refused.err)
