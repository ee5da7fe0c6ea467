-- expect: true, "dead", false
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
local ok = coroutine.close(co)
return ok, coroutine.status(co), (coroutine.resume(co))
