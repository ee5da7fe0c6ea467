-- expect: false, "e"
local co = coroutine.create(function() error("e", 0) end)
coroutine.resume(co)
return coroutine.close(co)
