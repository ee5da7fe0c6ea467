-- expect: false, "cannot resume dead coroutine"
local co = coroutine.create(function() end)
coroutine.resume(co)
return coroutine.resume(co)
