-- expect: false, "cannot resume non-suspended coroutine", "normal"
local co = coroutine.create(function() funcs.call("spec:never") end)
coroutine.spawn(function() coroutine.resume(co) end)
local ok, err = coroutine.resume(co)
return ok, err, coroutine.status(co)
