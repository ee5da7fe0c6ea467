-- expect: true, 1, true, 2, true, 3, "dead"
local co = coroutine.create(function(a) local b = coroutine.yield(a) local c = coroutine.yield(b) return c end)
local _, a = coroutine.resume(co, 1)
local _, b = coroutine.resume(co, 2)
local _, c = coroutine.resume(co, 3)
return true, a, true, b, true, c, coroutine.status(co)
