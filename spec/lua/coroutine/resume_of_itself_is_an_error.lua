-- expect: true, false, "cannot resume non-suspended coroutine"
local co
co = coroutine.create(function() return coroutine.resume(co) end)
return coroutine.resume(co)
