-- expect: true, 5, "dead"
local co = coroutine.create(function(x) return (funcs.call("spec:later", x)) end)
local ok, value = coroutine.resume(co, 5)
return ok, value, coroutine.status(co)
