-- expect: "thread", false, "cannot resume a spawned coroutine: its scheduler does"
local thread = coroutine.spawn(function() funcs.call("spec:never") end)
return type(thread), coroutine.resume(thread)
